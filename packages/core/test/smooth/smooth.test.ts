import { atom, cleanStores, onStart, onStop } from "nanostores";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createGraphemeCut } from "../../src/lib/smooth/grapheme-cut.ts";
import { smooth } from "../../src/lib/smooth/smooth.ts";
import type { StreamBody } from "../../src/lib/text/body.ts";

const FAMILY = "👩‍👩‍👧";
const MANY = `${FAMILY}e\u0301🇩🇪한국어 नमस्ते \u1112\u1161\u11ab\u1100\u1173\u11af 1\uFE0F\u20E3👍🏽 ${FAMILY}\r\nمرحبا z\u0308\u0323!`;

const clustersOf = (text: string) =>
  Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment);

/** Whether `part` is made of whole clusters of `text`. */
function isWhole(part: string, text: string) {
  let at = 0;
  for (const cluster of clustersOf(text)) {
    if (at === part.length) return true;
    at += cluster.length;
  }
  return at === part.length;
}

beforeEach(() => {
  vi.useFakeTimers({
    toFake: ["setTimeout", "clearTimeout", "performance"],
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A body that can be written, its smoothed store, and what a listener saw. */
function pace(options: Parameters<typeof smooth>[1] = {}, first = "") {
  const $body = atom<StreamBody>({ text: first, status: "streaming" });
  const $shown = smooth($body, options);
  const seen: StreamBody[] = [];
  const leave = $shown.subscribe((body) => seen.push(body));
  const texts = () => seen.map(({ text }) => text);
  const last = () => seen[seen.length - 1] as StreamBody;
  const set = (text: string, status: StreamBody["status"] = "streaming") =>
    $body.set({ text, status });
  return { $body, $shown, seen, texts, last, set, leave };
}

describe("createGraphemeCut", () => {
  test("cuts only at the end of a cluster, at any place, in any script", () => {
    const cut = createGraphemeCut();
    for (let from = 0; from < MANY.length; ) {
      for (let units = 1; units < 40; units++) {
        const at = cut(MANY, from, units, true);
        expect(isWhole(MANY.slice(0, at), MANY), `${from}+${units}`).toBe(true);
        expect(at).toBeGreaterThanOrEqual(Math.min(MANY.length, from + units));
      }
      from = cut(MANY, from, 1, true);
    }
  });

  test("holds back the last cluster, which may still grow, unless the text is complete", () => {
    const cut = createGraphemeCut();
    expect(cut("ab", 0, 5, false)).toBe(1);
    expect(cut("ab", 0, 5, true)).toBe(2);
    expect(cut("b", 0, 1, false)).toBe(0);
    // The boundary after the 👩 is known only once the ZWJ after it has, or has not, come.
    expect(cut("a👩", 0, 3, false)).toBe(1);
  });

  test("finds the end of a cluster that is longer than the window it looks at", () => {
    const zalgo = `z${"\u0308".repeat(1000)}`;
    expect(createGraphemeCut()(`${zalgo}ab`, 0, 1, false)).toBe(zalgo.length);
  });

  test("cuts on code points if there is no Intl.Segmenter", () => {
    vi.stubGlobal("Intl", {});
    const cut = createGraphemeCut();
    expect(cut("😀😀a", 0, 1, true)).toBe(2);
    expect(cut("😀😀a", 0, 3, true)).toBe(4);
  });
});

describe("smooth", () => {
  test("shows at once what is known when the first listener comes", () => {
    expect(pace({}, "already here").texts()).toEqual(["already here"]);
  });

  test("shows whole clusters, and evenly: the text only grows, and a burst takes many steps", () => {
    const { set, texts } = pace();
    const text = MANY.repeat(4);
    set(text);
    vi.advanceTimersByTime(5000);
    const steps = texts();
    expect(steps.at(-1)).toBe(text);
    expect(steps.length).toBeGreaterThan(20);
    steps.forEach((step, index) => {
      expect(step.startsWith(steps[index - 1] ?? "")).toBe(true);
      expect(isWhole(step, text)).toBe(true);
    });
  });

  test("never shows pieces of a cluster while the pieces keep coming", () => {
    const { set, texts } = pace();
    const units = [...MANY];
    units.forEach((_, index) => {
      set(units.slice(0, index + 1).join(""));
      vi.advanceTimersByTime(40);
    });
    vi.advanceTimersByTime(1000);
    for (const step of texts()) expect(isWhole(step, MANY)).toBe(true);
    expect(texts().at(-1)).toBe(MANY);
  });

  test("trails by about the lag, at any speed of the text", () => {
    const { set, last } = pace({ lagMs: 300 });
    let text = "";
    for (let frame = 0; frame < 600; frame++) {
      text += "0123456789".repeat(4);
      set(text);
      vi.advanceTimersByTime(16);
    }
    // 40 characters a frame are 2.5 a ms: 300 ms of them are 750.
    expect(text.length - last().text.length).toBeLessThan(1000);
  });

  test("reports the terminal status with the whole text, soon after it is known", () => {
    const { set, last, seen } = pace({ lagMs: 5000, finishMs: 250 });
    set("word ".repeat(2000));
    vi.advanceTimersByTime(100);
    set("word ".repeat(2000), "done");
    expect(last().status).toBe("streaming");
    vi.advanceTimersByTime(250 + 20);
    expect(last()).toEqual({ text: "word ".repeat(2000), status: "done" });
    for (const { text, status } of seen) {
      expect(status === "done").toBe(text.length === 10_000);
    }
  });

  test("shows the last cluster too when the stream pauses", () => {
    const { set, last } = pace();
    set("abc");
    vi.advanceTimersByTime(1000);
    expect(last().text).toBe("abc");
  });

  test("shows text as it comes if the reader wants reduced motion", () => {
    vi.stubGlobal("matchMedia", (query: string) => ({
      matches: query === "(prefers-reduced-motion: reduce)",
    }));
    const { set, texts } = pace();
    set("one");
    set("one two");
    expect(texts()).toEqual(["", "one", "one two"]);
    const chosen = pace({ reducedMotion: false });
    chosen.set("one two three");
    expect(chosen.texts()).toEqual([""]);
  });

  test("shows all text at once while the page is hidden, and waits for no frame", () => {
    const page = { hidden: false };
    vi.stubGlobal("document", page);
    vi.stubGlobal("requestAnimationFrame", () => 1);
    vi.stubGlobal("cancelAnimationFrame", () => {});
    const { set, last } = pace();
    set("a text that is being paced");
    page.hidden = true;
    vi.advanceTimersByTime(200);
    expect(last().text).toBe("a text that is being paced");
    set("a text that is being paced, longer");
    expect(last().text).toBe("a text that is being paced, longer");
  });

  test.each([0, 300])(
    "shows the whole text with a lag of %d, also on a clock that goes in steps, as some browsers' do",
    (lag) => {
      const exact = performance;
      vi.stubGlobal("performance", { now: () => Math.floor(exact.now() / 100) * 100 });
      const { set, last } = pace({ lagMs: lag });
      set("some text");
      vi.advanceTimersByTime(150);
      set("some text, and more");
      vi.advanceTimersByTime(20);
      set("some text, and more", "done");
      vi.advanceTimersByTime(1000);
      expect(last()).toEqual({ text: "some text, and more", status: "done" });
    },
  );

  test("paces the text that comes after an error that passes", () => {
    const { set, last } = pace();
    set("some text", "error");
    vi.advanceTimersByTime(1000);
    expect(last().status).toBe("error");
    const text = `some text${" and a word".repeat(50)}`;
    set(text);
    vi.advanceTimersByTime(100);
    expect(last().text.length).toBeLessThan(text.length / 2);
    set(text, "done");
    vi.advanceTimersByTime(300);
    expect(last()).toEqual({ text, status: "done" });
  });

  test("runs no timer without text to show or listeners to show it to", () => {
    const { set, leave, $shown, $body } = pace();
    expect(vi.getTimerCount()).toBe(0);
    set("some text");
    expect(vi.getTimerCount()).toBe(1);
    leave();
    expect(vi.getTimerCount()).toBe(0);
    expect($body.lc).toBe(0);
    // Reading alone starts nothing.
    expect($shown.get().text).toBe("some text");
    expect(vi.getTimerCount()).toBe(0);
    expect($body.lc).toBe(0);
  });

  test("runs nanostores' own hooks, and leaves the body when it is cleaned", () => {
    const $body = atom<StreamBody>({ text: "some text", status: "streaming" });
    const $shown = smooth($body);
    const calls: string[] = [];
    onStart($shown, () => calls.push("start"));
    onStop($shown, () => calls.push("stop"));
    $shown.listen(() => {})();
    expect(calls).toEqual(["start", "stop"]);
    $shown.listen(() => {});
    expect($body.lc).toBe(1);
    cleanStores($shown);
    expect($body.lc).toBe(0);
  });

  test("does not type the text again for a listener that comes back", () => {
    const { set, leave, $shown } = pace();
    set("some text");
    vi.advanceTimersByTime(1000);
    leave();
    const again: string[] = [];
    $shown.subscribe(({ text }) => again.push(text))();
    expect(again).toEqual(["some text"]);
  });

  test("takes a bounded number of steps, and none for text that is shown", () => {
    const { set, seen } = pace();
    set("x".repeat(50_000), "done");
    vi.advanceTimersByTime(1000);
    expect(seen.length).toBeLessThan(40);
  });
});
