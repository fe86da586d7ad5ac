import { modelServer } from "@twinstream/harness/model-server";
import { tell } from "@twinstream-examples/shared";
import type { Page } from "playwright-core";
import { expect, onTestFinished } from "vitest";
import { violations } from "../src/axe.ts";
import { DRIVE, openChat } from "../src/chat.ts";
import { begun, ended, until } from "../src/gallery.ts";
import { shrinks } from "../src/growth.ts";
import { hide, hideable } from "../src/hidden-tab.ts";
import { startNetwork } from "../src/network-relay.ts";
import { inFlight } from "../src/open-requests.ts";
import { storiesOf } from "../src/stories.ts";

const it = storiesOf("chat");

it("reports a server that was killed in mid-answer, and offers another answer", async ({
  model,
  context,
  start,
}) => {
  model.hold();
  const app = await start();
  const chat = await openChat(context, app);
  const prompt = "killed in the middle";
  const id = await chat.ask(prompt);
  await chat.until(begun);
  await app.kill();
  await chat.page.getByText("The connection was lost").waitFor();
  await app.restart();
  const cut = await chat.until(ended);
  expect(cut).toMatchObject({ stream: id, status: "timeout" });
  await chat.page.locator(".ending", { hasText: "The answer was cut off" }).waitFor();
  expect(await shrinks(chat.page)).toEqual([]);
  expect(app.drives(id)).toHaveLength(1);

  model.release();
  await chat.press("Regenerate");
  const again = await chat.until((last) => last.stream !== id && ended(last));
  expect(again.status).toBe("done");
  const stored = await context.request.get(`${app.url}/api/streams/${again.stream}`);
  expect(await stored.text()).toBe(tell(prompt));
});

it("keeps a question that could not be sent, and sends it on Try again", async ({
  context,
  start,
}) => {
  const app = await start();
  const chat = await openChat(context, app);
  await chat.ask("to begin with");
  await chat.until(ended);
  await app.kill();
  const input = chat.page.getByLabel("Your message");
  await input.fill("are you there?");
  await chat.page.keyboard.press("Enter");
  await chat.page.getByText("Not sent").waitFor();
  expect(await input.inputValue()).toBe("are you there?");
  await app.restart();
  await chat.press("Try again");
  await until(
    () => chat.answers(),
    (answers) => answers.length === 2 && answers.every(ended),
  );
  expect(await input.inputValue()).toBe("");
});

it("is up to date when a hidden tab is shown again, without a second drive", async ({
  model,
  context,
  start,
}) => {
  model.hold();
  const app = await start();
  await context.clock.install();
  await hideable(context);
  const chat = await openChat(context, app);
  const id = await chat.ask("nobody looks");
  await chat.until(begun);
  const show = await hide(chat.page);
  model.release();
  await until(
    async () => (await context.request.get(`${app.url}/api/streams/${id}`)).text(),
    (text) => text === tell("nobody looks"),
  );
  await context.clock.fastForward(60_000);
  await show();
  expect(await chat.until(ended)).toMatchObject({ status: "done" });
  expect(await shrinks(chat.page)).toEqual([]);
  expect(app.drives(id)).toHaveLength(1);
});

it("holds no connection on a page of 50 finished messages", async ({ context, start }) => {
  const app = await start({ STORY_SPEED: "0" });
  const chat = await openChat(context, app);
  await chat.ask("the first");
  await chat.until(ended);
  const conversation = new URL(chat.page.url()).pathname.slice("/c/".length);
  for (let n = 1; n < 50; n++) {
    await context.request.post(`${app.url}/api/streams/${crypto.randomUUID()}/drive`, {
      data: { conversation, prompt: `number ${n}` },
    });
  }
  const open = inFlight(context);
  const before = app.requests().length;
  await chat.page.reload();
  await until(
    async () => (await chat.answers()).map(({ status }) => status),
    (statuses) => statuses.length === 50 && statuses.every((status) => status === "done"),
  );
  await until(
    async () => [...open].map((request) => request.url()),
    (urls) => urls.length === 0,
  );
  const asked = app.requests().slice(before);
  expect(asked.filter(({ path }) => path.startsWith("/api/streams"))).toEqual([]);
});

const HOSTILE = `Look: <script>window.hacked = "script"</script> and
<img src=x onerror="window.hacked = 'img'"> and [a link](javascript:window.hacked='link'),
[data](data:text/html,<script>alert(1)</script>), [spaced]( javascript:alert(1)),
![image](javascript:window.hacked='image'), <a href="javascript:window.hacked=1">raw</a>,
<javascript:window.hacked=1> and a [good one](https://example.com/).

<iframe srcdoc="<script>parent.hacked = 'iframe'</script>"></iframe>
`;

it("executes no script and no javascript: link of an answer", async ({ context, start }) => {
  const model = await modelServer(() => ({ pieces: HOSTILE.match(/.{1,7}/gs) ?? [] }));
  onTestFinished(() => model.close());
  const app = await start({ OPENAI_API_KEY: "test", OPENAI_BASE_URL: model.url });
  const chat = await openChat(context, app);
  await chat.ask("be evil");
  const { text, status } = await chat.until(ended);
  expect(status).toBe("done");
  // The whole answer is there, as text.
  expect(text).toContain('<script>window.hacked = "script"</script>');
  const answer = chat.page.locator(".answer [data-text]");
  expect(await answer.locator("script, img, iframe, object, [onerror], [srcdoc]").count()).toBe(0);
  const links = await answer
    .locator("a")
    .evaluateAll((all) => all.map((a) => a.getAttribute("href")));
  expect(links.filter((href) => href !== null)).toEqual(["https://example.com/"]);
  for (const link of await answer.locator("a:not([href])").all()) await link.click();
  expect(await chat.page.evaluate(() => (window as { hacked?: unknown }).hacked)).toBeUndefined();
});

it("says the same of a failed model live, in a second tab and after a refresh, and answers on Regenerate", async ({
  context,
  start,
}) => {
  let calls = 0;
  const model = await modelServer(() =>
    ++calls === 1
      ? { pieces: ["Half ", "an ", "ans"], pace: 50, ending: "broken" }
      : { pieces: ["A whole one."] },
  );
  onTestFinished(() => model.close());
  const app = await start({ OPENAI_API_KEY: "test", OPENAI_BASE_URL: model.url });
  const chat = await openChat(context, app);
  await chat.ask("try");
  expect(await chat.until(ended)).toMatchObject({ status: "error", text: "Half an ans" });
  const failure = "The answer failed: gpt-4o-mini broke off.";
  const tab = await openChat(context, app, chat.page.url());
  for (const one of [chat, tab]) {
    expect(await one.until(ended)).toMatchObject({ status: "error", error: "model" });
    await one.page.locator(".ending", { hasText: failure }).waitFor();
  }
  await chat.page.reload();
  expect(await chat.until(ended)).toMatchObject({ error: "model", text: "Half an ans" });
  await chat.page.locator(".ending", { hasText: failure }).waitFor();
  await chat.press("Regenerate");
  expect(await chat.until((last) => last.status === "done")).toMatchObject({
    text: "A whole one.",
  });
});

it("keeps the text beside the problem if access is refused, and goes on by Try again", async ({
  model,
  context,
  start,
  stored,
}) => {
  model.hold();
  const app = await start();
  const network = await startNetwork(app);
  const chat = await openChat(context, network);
  const id = await chat.ask("refused in the middle");
  const before = await chat.until(begun);
  await chat.page.route(/\/api\/streams\//, (route) => route.fulfill({ status: 403 }));
  network.off();
  await chat.page.getByText("You have no access to this any more.").waitFor();
  const rest = (await chat.answers()).at(-1)!;
  expect(rest).toMatchObject({ stream: id, status: "streaming", error: "unauthorized" });
  expect(rest.text.startsWith(before.text.trimEnd().slice(0, 40))).toBe(true);
  expect(await violations(chat.page), "beside a problem").toEqual([]);

  network.on();
  await chat.page.unroute(/\/api\/streams\//);
  await chat.press("Try again");
  model.release();
  expect(await chat.until(ended)).toMatchObject({ status: "done", error: undefined });
  expect(await stored(network, id)).toBe(tell("refused in the middle"));
  expect(app.drives(id)).toHaveLength(1);
  await network.close();
});

/** Holds the answers to some requests of a page back. The server gets the requests, and the page waits. */
async function hold(page: Page, method: string, path: RegExp) {
  let release = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  let held = 0;
  await page.route(path, async (route) => {
    if (route.request().method() !== method) return route.continue();
    const response = await route.fetch();
    held++;
    await gate;
    await route.fulfill({ response });
  });
  return { held: () => held, release };
}

/** Resolves when the page has painted its current state. */
const painted = (page: Page) =>
  page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
  );

it("shows a late question in its own conversation when the reader has opened another", async ({
  context,
  start,
}) => {
  const app = await start();
  const chat = await openChat(context, app);
  const { page } = chat;
  await chat.ask("the first conversation");
  await chat.until(ended);
  const first = page.url();
  await page.getByRole("link", { name: "New chat" }).click();
  await page.getByText("What would you like to read?").waitFor();
  await chat.ask("the second conversation");
  await chat.until(ended);
  const second = page.url();

  const slow = await hold(page, "POST", DRIVE);
  await page.getByLabel("Your message").fill("asked in the second");
  await page.keyboard.press("Enter");
  await until(async () => slow.held(), Boolean);
  await page.getByRole("link", { name: "the first conversation" }).click();
  await page.locator(".prompt", { hasText: "the first conversation" }).waitFor();
  const heard = page.waitForResponse(DRIVE);
  slow.release();
  await (await heard).finished();
  await painted(page);
  expect(page.url()).toBe(first);
  expect(await chat.answers()).toHaveLength(1);
  await page.getByRole("link", { name: "the second conversation" }).click();
  await until(
    () => chat.answers(),
    (answers) => answers.length === 2 && answers.every(ended),
  );
  expect(page.url()).toBe(second);
  expect(await page.locator(".prompt").allTextContents()).toEqual([
    "Questionthe second conversation",
    "Questionasked in the second",
  ]);
  await page.getByRole("link", { name: "the first conversation" }).click();
  await until(
    () => chat.answers(),
    (answers) => answers.length === 1,
  );
});

it("keeps a newer question when an older view of the conversation arrives late", async ({
  model,
  context,
  start,
}) => {
  const app = await start();
  const chat = await openChat(context, app);
  const { page } = chat;
  await chat.ask("to begin with");
  await chat.until(ended);
  await page.waitForURL(/\/c\//);

  const slow = await hold(page, "GET", /\/api\/conversations\/[\w-]+$/);
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await until(async () => slow.held(), Boolean);
  model.hold();
  const id = await chat.ask("asked meanwhile");
  await chat.until((last) => last.stream === id && begun(last));
  const heard = page.waitForResponse(/\/api\/conversations\/[\w-]+$/);
  slow.release();
  await (await heard).finished();
  await painted(page);
  expect((await chat.answers()).length).toBe(2);
  model.release();
  await chat.until((last) => last.stream === id && ended(last));
  expect((await chat.answers()).length).toBe(2);
});
