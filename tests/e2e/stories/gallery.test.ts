import { tell } from "@twinstream-examples/shared";
import { describe, expect } from "vitest";
import { begun, ended, frameworks, openGallery, seenIn, until } from "../src/gallery.ts";
import { changes, recordGrowth, shrinks } from "../src/growth.ts";
import { startNetwork } from "../src/network-relay.ts";
import { inFlight } from "../src/open-requests.ts";
import { storiesOf } from "../src/stories.ts";

const it = storiesOf("gallery");

describe("the split screen", () => {
  it("drives by token on the left, and follows by flush on the right", async ({
    model,
    app,
    context,
    stored,
  }) => {
    model.pace(240);
    const gallery = await openGallery(context, app, "?view=split");
    const id = await gallery.ask("two clocks");
    const left = await gallery.until("react", ended);
    const right = await gallery.until("vue", ended);

    expect(left.text).toBe(tell("two clocks"));
    expect(right).toEqual({
      ...left,
      role: "follows",
      origin: "followed",
      requests: right.requests,
    });
    expect(left).toMatchObject({ role: "drives", origin: "driven", status: "done" });
    expect(await stored(app, id)).toBe(left.text);
    const painted = {
      left: await changes(await gallery.frame("react"), id),
      right: await changes(await gallery.frame("vue"), id),
    };
    expect(painted.left).toBeGreaterThan(2 * painted.right);
    expect(painted.right).toBeGreaterThan(5);
    expect(await shrinks(gallery.page)).toEqual([]);
    expect(app.drives(id)).toMatchObject([{ status: 200 }]);
  });

  it("continues after a refresh in mid-answer, and ends with the exact text", async ({
    model,
    app,
    context,
  }) => {
    model.hold();
    const gallery = await openGallery(context, app, "?view=split");
    const id = await gallery.ask("a refresh in the middle");
    const before = await gallery.until("react", begun);
    await gallery.page.reload();
    // The page paints the bar above the answer a moment after the answer.
    await gallery.until("react", (seen) => begun(seen) && seen.status === "streaming");
    model.release();
    const left = await gallery.until("react", ended);
    const right = await gallery.until("vue", ended);

    expect(new URL(gallery.page.url()).searchParams.get("id")).toBe(id);
    expect(left).toMatchObject({ status: "done", origin: "followed" });
    expect(left.text).toBe(tell("a refresh in the middle"));
    expect(left.text.startsWith(before.text)).toBe(true);
    expect(right.text).toBe(left.text);
    expect(await shrinks(gallery.page)).toEqual([]);
    expect(app.drives(id)).toHaveLength(1);
  });
});

describe("the gallery", () => {
  it.for(frameworks)(
    "shows the same text in all five panes while %s drives",
    async (driver, { app, context }) => {
      const gallery = await openGallery(context, app);
      const id = await gallery.ask(`driven by ${driver}`, driver);
      for (const framework of frameworks) {
        const seen = await gallery.until(framework, ended);
        expect(seen, framework).toMatchObject({
          text: tell(`driven by ${driver}`),
          status: "done",
          role: framework === driver ? "drives" : "follows",
          origin: framework === driver ? "driven" : "followed",
        });
        expect(seen.requests, framework).toBeLessThanOrEqual(3);
      }
      expect(await shrinks(gallery.page)).toEqual([]);
      expect(app.drives(id)).toMatchObject([{ status: 200 }]);
    },
  );

  it("holds no connection when the answer is complete", async ({ app, context }) => {
    const open = inFlight(context);
    const gallery = await openGallery(context, app);
    await gallery.ask("who holds on");
    for (const framework of frameworks) await gallery.until(framework, ended);
    await until(
      async () => [...open].map((request) => request.url()),
      (urls) => urls.length === 0,
    );
  });

  it("shows a second answer after the first, without a word of the first", async ({
    model,
    app,
    context,
    stored,
  }) => {
    model.hold();
    const gallery = await openGallery(context, app);
    const first = await gallery.ask("the first");
    await gallery.until("solid", begun);
    const second = await gallery.ask("the second");
    model.release();
    for (const framework of frameworks) {
      const seen = await gallery.until(
        framework,
        (seen) => ended(seen) && seen.text === tell("the second"),
      );
      expect(seen.status).toBe("done");
    }
    expect(await shrinks(gallery.page)).toEqual([]);
    expect([app.drives(first).length, app.drives(second).length]).toEqual([1, 1]);
    // The first answer has no reader any more, but continues.
    await until(
      () => stored(app, first),
      (text) => text === tell("the first"),
    );
  });

  it("continues when the driver's connection is cut", async ({ model, app, context }) => {
    model.hold();
    const gallery = await openGallery(context, app);
    const id = await gallery.ask("cut it", "svelte");
    await gallery.until("svelte", begun);
    await gallery.page.getByRole("button", { name: "Cut the driver’s connection" }).click();
    model.release();
    const driver = await gallery.until("svelte", ended);
    expect(driver).toMatchObject({
      text: tell("cut it"),
      status: "done",
      origin: "driven + followed",
    });
    for (const framework of frameworks) {
      expect((await gallery.until(framework, ended)).text).toBe(driver.text);
    }
    expect(await shrinks(gallery.page)).toEqual([]);
    expect(app.drives(id)).toHaveLength(1);
  });

  it("stops in every pane, and keeps the text", async ({ model, app, context, stored }) => {
    model.hold();
    const gallery = await openGallery(context, app);
    const id = await gallery.ask("stop it", "vue");
    await gallery.until("vue", begun);
    await gallery.page.getByRole("button", { name: "Stop" }).click();
    const texts = new Set<string>();
    for (const framework of frameworks) {
      const seen = await gallery.until(framework, ended);
      expect(seen.status, framework).toBe("stopped");
      texts.add(seen.text);
    }
    expect(texts).toEqual(new Set([await stored(app, id)]));
    expect(tell("stop it").startsWith([...texts][0]!)).toBe(true);
    expect(await shrinks(gallery.page)).toEqual([]);
  });

  it.for(["react", "solid"] as const)(
    "continues to follow when the pane of %s is refreshed",
    async (framework, { model, app, context }) => {
      model.hold();
      const gallery = await openGallery(context, app);
      const id = await gallery.ask(`refresh ${framework}`, "react");
      await gallery.until(framework, begun);
      await (await gallery.frame(framework)).locator("#refresh").click();
      model.release();
      const seen = await gallery.until(framework, ended);
      expect(seen).toMatchObject({
        text: tell(`refresh ${framework}`),
        status: "done",
        origin: "followed",
      });
      expect(app.drives(id)).toHaveLength(1);
    },
  );

  it("feeds a second tab from the tab that drives, without a request", async ({
    model,
    app,
    context,
  }) => {
    model.hold();
    const gallery = await openGallery(context, app);
    await gallery.ask("a second tab", "react");
    await gallery.until("react", begun);
    const opening = context.waitForEvent("page");
    await (await gallery.frame("vue")).locator("#tab").click();
    const tab = await opening;
    const first = await until(
      async () => {
        const seen = await seenIn(tab);
        // On a busy machine the sibling may answer too late, and the tab asks the server. The test opens
        // the tab again then, while the model holds the answer.
        if (seen.requests > 0) await tab.reload();
        return seen;
      },
      (seen) => begun(seen) && seen.origin !== "none yet" && seen.requests === 0,
    );
    expect(first.origin).toBe("sibling tab");
    model.release();
    const end = await until(() => seenIn(tab), ended);
    expect(end).toMatchObject({
      text: tell("a second tab"),
      status: "done",
      requests: 0,
    });
    expect(await shrinks(tab)).toEqual([]);
  });

  it("continues in a second tab when the driving tab is closed", async ({
    model,
    app,
    context,
  }) => {
    model.hold();
    const gallery = await openGallery(context, app);
    const id = await gallery.ask("who is left", "react");
    await gallery.until("react", begun);
    const opening = context.waitForEvent("page");
    await (await gallery.frame("react")).locator("#tab").click();
    const tab = await opening;
    await until(() => seenIn(tab), begun);
    await gallery.page.close();
    model.release();
    const end = await until(() => seenIn(tab), ended);
    expect(end).toMatchObject({ text: tell("who is left"), status: "done" });
    expect(end.origin).toBe("followed + sibling tab");
    expect(await shrinks(tab)).toEqual([]);
    expect(app.drives(id)).toHaveLength(1);
  });

  it("neither loses nor repeats text when the network fails for a while", async ({
    model,
    app,
    context,
  }) => {
    model.pace(240);
    const network = await startNetwork(app);
    const gallery = await openGallery(context, network);
    const prompt = "gone and back, in 1000 words";
    const id = await gallery.ask(prompt, "react");
    await gallery.until("react", begun);
    network.off();
    await context.setOffline(true);
    const off = await gallery.until("react", (seen) => seen.requests > 1);
    expect(off).toMatchObject({ status: "streaming", origin: "driven" });
    network.on();
    await context.setOffline(false);
    for (const framework of frameworks) {
      const seen = await gallery.until(framework, ended);
      expect(seen, framework).toMatchObject({ text: tell(prompt), status: "done" });
    }
    expect((await gallery.seen("react")).origin).toBe("driven + followed");
    expect(await shrinks(gallery.page)).toEqual([]);
    expect(app.drives(id)).toHaveLength(1);
    await network.close();
  });

  it("follows in another browser that opens the link", async ({ browser, model, app, context }) => {
    model.hold();
    const gallery = await openGallery(context, app);
    const id = await gallery.ask("by the link");
    await gallery.until("react", begun);
    const other = await browser.newContext();
    await recordGrowth(other);
    const guest = await openGallery(other, app, `?id=${id}`);
    await guest.until("js", begun);
    model.release();
    const seen = await guest.until("js", ended);
    expect(seen).toMatchObject({
      text: tell("by the link"),
      status: "done",
      origin: "followed",
    });
    expect(app.drives(id)).toHaveLength(1);
    await other.close();
  });

  it("counts the bytes of a naive follower", async ({ model, app, context }) => {
    model.pace(240);
    const gallery = await openGallery(context, app);
    await gallery.ask("count the bytes");
    await gallery.until("vue", ended);
    const naive = gallery.page.locator(".naive");
    await until(
      () => naive.locator(".status").textContent(),
      (status) => status === "done",
    );
    expect(await naive.locator("[data-text]").textContent()).toBe(tell("count the bytes"));
    const times = await naive.locator("[data-times]").textContent();
    expect(Number.parseFloat(times ?? "")).toBeGreaterThan(5);
  });
});
