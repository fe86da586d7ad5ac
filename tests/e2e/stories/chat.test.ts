import { tell } from "@twinstream-examples/shared";
import { expect } from "vitest";
import { openChat, reloaded } from "../src/chat.ts";
import { begun, ended, until } from "../src/gallery.ts";
import { changes, shrinks } from "../src/growth.ts";
import { startNetwork } from "../src/network-relay.ts";
import { storiesOf } from "../src/stories.ts";

const it = storiesOf("chat");

const LONG = "in 1000 words";

it("sends a question by one request, also the first of a conversation", async ({
  model,
  app,
  context,
}) => {
  model.hold();
  const chat = await openChat(context, app);
  for (const prompt of ["the first", "the second"]) {
    const before = app.requests().length;
    const id = await chat.ask(prompt);
    await chat.until((last) => last.stream === id && begun(last));
    const sent = app.requests().slice(before);
    expect(sent.filter(({ method }) => method === "POST")).toEqual([
      { method: "POST", path: `/api/streams/${id}/drive?create=1`, status: 200 },
    ]);
    model.release();
    await chat.until((last) => last.stream === id && ended(last));
    model.hold();
  }
});

it("continues after a refresh in mid-answer, and ends with the exact text", async ({
  model,
  app,
  context,
  stored,
}) => {
  model.hold();
  const chat = await openChat(context, app);
  const prompt = "a refresh";
  const id = await chat.ask(prompt);
  const before = await chat.until(begun);
  await chat.page.reload();
  const after = await chat.until(begun);
  expect(after).toMatchObject({ stream: id, status: "streaming" });
  model.release();
  const end = await chat.until(ended);
  expect(end.status).toBe("done");
  expect(end.text.startsWith(before.text.trimEnd().slice(0, 40))).toBe(true);
  expect(await shrinks(chat.page)).toEqual([]);
  expect(await stored(app, id)).toBe(tell(prompt));
  expect(await reloaded(chat)).toBe(end.text);
  expect(app.drives(id)).toHaveLength(1);
});

it("shows two tabs the same text: by token in the driving tab, by flush in the other", async ({
  model,
  app,
  context,
}) => {
  const left = await openChat(context, app);
  await left.ask("to begin with");
  await left.until(ended);
  const right = await openChat(context, app, left.page.url());
  await right.until(ended);
  // A browser paints a background tab less often.
  await left.page.bringToFront();
  model.pace(240);
  const id = await left.ask("two tabs");
  const [one, two] = [
    await left.until((last) => last.stream === id && ended(last)),
    await right.until((last) => last.stream === id && ended(last)),
  ];
  expect(two).toEqual(one);
  const painted = {
    left: await changes(left.page.mainFrame(), id),
    right: await changes(right.page.mainFrame(), id),
  };
  expect(painted.left).toBeGreaterThan(2 * painted.right);
  expect(painted.right).toBeGreaterThan(5);
  expect(await shrinks(left.page)).toEqual([]);
  expect(await shrinks(right.page)).toEqual([]);
  expect(app.drives(id)).toMatchObject([{ status: 200 }]);
});

it("allows a second profile to read a shared conversation by its link, until it is private again", async ({
  browser,
  model,
  app,
  context,
}) => {
  model.hold();
  const chat = await openChat(context, app);
  const id = await chat.ask("by the link");
  await chat.until(begun);
  const other = await browser.newContext();
  const guest = await openChat(other, app, chat.page.url());
  await guest.page.getByText("This conversation is private.").waitFor();
  expect((await other.request.get(`${app.url}/api/streams/${id}`)).status()).toBe(403);

  await chat.press("Share");
  await chat.page.getByRole("button", { name: "Shared", pressed: true }).waitFor();
  await guest.page.reload();
  await guest.until(begun);
  model.release();
  const seen = await guest.until(ended);
  expect(seen).toEqual(await chat.until(ended));
  expect(await guest.page.getByLabel("Your message").count()).toBe(0);
  // A guest may only read.
  const stop = await other.request.post(`${app.url}/api/streams/${id}/stop`);
  expect(stop.status()).toBe(403);

  await chat.press("Shared");
  await chat.page.getByRole("button", { name: "Share", pressed: false }).waitFor();
  await guest.page.reload();
  await guest.page.getByText("This conversation is private.").waitFor();
  expect((await other.request.get(`${app.url}/api/streams/${id}`)).status()).toBe(403);
  expect(app.drives(id)).toHaveLength(1);
  await other.close();
});

it("neither loses nor repeats text when the network fails for a while", async ({
  model,
  app,
  context,
}) => {
  model.pace(240);
  const network = await startNetwork(app);
  const chat = await openChat(context, network);
  const prompt = `gone and back, ${LONG}`;
  const id = await chat.ask(prompt);
  await chat.until(begun);
  network.off();
  await context.setOffline(true);
  await chat.page.getByText("The connection was lost").waitFor();
  network.on();
  await context.setOffline(false);
  const end = await chat.until(ended);
  expect(end.status).toBe("done");
  expect(await shrinks(chat.page)).toEqual([]);
  expect(await reloaded(chat)).toBe(end.text);
  expect(app.drives(id)).toHaveLength(1);
  await network.close();
});

it("shows a stop of one tab in the other tab, and a new answer afterwards", async ({
  model,
  app,
  context,
  stored,
}) => {
  const left = await openChat(context, app);
  await left.ask("to begin with");
  await left.until(ended);
  const right = await openChat(context, app, left.page.url());
  model.hold();
  const id = await left.ask("stop it");
  await right.until((last) => last.stream === id && begun(last));
  await right.press("Stop");
  for (const chat of [left, right]) {
    const seen = await chat.until((last) => last.stream === id && ended(last));
    expect(seen.status).toBe("stopped");
    await chat.page.locator(".ending", { hasText: "Stopped." }).waitFor();
    expect(await shrinks(chat.page)).toEqual([]);
  }
  model.release();
  expect(tell("stop it").startsWith(await stored(app, id))).toBe(true);

  await left.press("Regenerate");
  const again = await right.until((last) => last.stream !== id && ended(last));
  expect(again.status).toBe("done");
  expect(await left.until((last) => last.stream === again.stream && ended(last))).toEqual(again);
  expect(app.drives(again.stream)).toMatchObject([{ status: 200 }]);
  expect((await context.request.get(`${app.url}/api/streams/${id}`)).status()).not.toBe(200);
});

it("keeps the reader's scroll position, and follows the text at the end", async ({
  model,
  app,
  context,
}) => {
  model.pace(240);
  const chat = await openChat(context, app);
  await chat.ask(`scroll, ${LONG}`);
  const box = chat.page.getByRole("region", { name: "Messages" });
  const gap = () => box.evaluate((e) => e.scrollHeight - e.scrollTop - e.clientHeight);
  await until(
    () => box.evaluate((e) => e.scrollHeight - e.clientHeight),
    (more) => more > 600,
  );
  expect(await gap()).toBeLessThan(50);
  await box.hover();
  await chat.page.mouse.wheel(0, -400);
  await chat.page.getByRole("button", { name: "To the latest" }).waitFor();
  const top = await box.evaluate((e) => e.scrollTop);
  const length = (await chat.until(begun)).text.length;
  await chat.until(({ text }) => text.length > length + 400);
  expect(await box.evaluate((e) => e.scrollTop)).toBe(top);
  await chat.press("To the latest");
  await until(gap, (gap) => gap < 50);
  await chat.until(ended);
  await until(gap, (gap) => gap < 50);
});

it("works by keyboard: Enter, Shift+Enter, Escape", async ({ model, app, context }) => {
  model.hold();
  const chat = await openChat(context, app);
  const input = chat.page.getByLabel("Your message");
  await until(
    () => input.evaluate((element) => element === document.activeElement),
    (focused) => focused,
  );
  await chat.page.keyboard.type("two lines");
  await chat.page.keyboard.press("Shift+Enter");
  await chat.page.keyboard.type("in one question");
  await chat.page.keyboard.press("Enter");
  await chat.until(begun);
  expect(await chat.page.locator(".prompt p").textContent()).toBe("two lines\nin one question");
  await chat.page.keyboard.press("Escape");
  expect(await chat.until(ended)).toMatchObject({ status: "stopped" });
});

it("clears a conversation in every tab", async ({ app, context }) => {
  const chat = await openChat(context, app);
  const id = await chat.ask("soon gone");
  await chat.until(ended);
  const other = await openChat(context, app, chat.page.url());
  await other.until(ended);
  await chat.press("Clear chat");
  for (const { page } of [chat, other]) await page.getByText("What would you like").waitFor();
  await until(
    async () => (await context.request.get(`${app.url}/api/streams/${id}`)).status(),
    (status) => status === 404,
  );
});
