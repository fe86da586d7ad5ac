import { tell } from "@twinstream-examples/shared";
import { expect } from "vitest";
import { begun, ended, frameworks, openGallery, until } from "../src/gallery.ts";
import { shrinks } from "../src/growth.ts";
import { hide, hideable } from "../src/hidden-tab.ts";
import { storiesOf } from "../src/stories.ts";

const it = storiesOf("gallery");

it("reports a killed server, and keeps the visible text", async ({
  model,
  context,
  stored,
  start,
}) => {
  const app = await start();
  model.hold();
  const gallery = await openGallery(context, app);
  const prompt = "killed in the middle";
  const id = await gallery.ask(prompt, "react");
  await gallery.until("vue", begun);
  await app.kill();
  await app.restart();
  for (const framework of frameworks) {
    const seen = await gallery.until(framework, ended);
    expect(seen.status, framework).toBe("timeout");
    const kept = await stored(app, id);
    expect(kept.length).toBeGreaterThan(40);
    expect(tell(prompt).startsWith(kept)).toBe(true);
    // Only the driver may keep text that was never stored.
    if (framework === "react") expect(seen.text.startsWith(kept)).toBe(true);
    else expect(seen.text, framework).toBe(kept);
  }
  expect(await shrinks(gallery.page)).toEqual([]);
  expect(app.drives(id)).toHaveLength(1);
});

it("ends cleanly on Ctrl-C in mid-answer while a page follows", async ({
  model,
  context,
  start,
}) => {
  const app = await start();
  model.hold();
  const gallery = await openGallery(context, app);
  await gallery.ask("ended in the middle", "react");
  await gallery.until("vue", begun);
  await until(
    () => gallery.page.locator(".naive .status").textContent(),
    (status) => status === "streaming",
  );
  expect(await app.close()).toBe(0);
  expect(app.output()).not.toMatch(/Error|unhandled/i);
});

it("is up to date when a hidden tab is shown again, without a second drive", async ({
  model,
  context,
  stored,
  start,
}) => {
  const app = await start();
  model.hold();
  await context.clock.install();
  await hideable(context);
  const gallery = await openGallery(context, app);
  const prompt = "nobody looks";
  const id = await gallery.ask(prompt, "react");
  await gallery.until("react", begun);
  const show = await hide(gallery.page);
  model.release();
  await until(
    () => stored(app, id),
    (text) => text === tell(prompt),
  );
  await context.clock.fastForward(60_000);
  await show();
  for (const framework of frameworks) {
    const seen = await gallery.until(framework, ended);
    expect(seen, framework).toMatchObject({ text: tell(prompt), status: "done" });
  }
  expect(await shrinks(gallery.page)).toEqual([]);
  expect(app.drives(id)).toHaveLength(1);
});

it("updates the text in a hidden tab, which gets no animation frames", async ({
  context,
  stored,
  start,
}) => {
  const app = await start();
  await hideable(context);
  const gallery = await openGallery(context, app);
  const id = await gallery.ask("hidden to the end", "solid");
  const show = await hide(gallery.page);
  for (const framework of frameworks) {
    const seen = await gallery.until(framework, ended);
    expect(seen, framework).toMatchObject({ text: tell("hidden to the end"), status: "done" });
  }
  expect(await stored(app, id)).toBe(tell("hidden to the end"));
  await show();
});
