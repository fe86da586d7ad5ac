import { expect, test, vi } from "vitest";
import { tabs } from "../../src/tabs.ts";
import { until } from "../sources/recorder.ts";
import {
  driving,
  ends,
  follows,
  generation,
  grew,
  serveTabs,
  shows,
  streams,
  type Tab,
  TEXT,
  tab,
  time,
} from "./tabs-fixture.ts";

serveTabs();

test("a sibling is fed token by token, and makes no request at all, to the very end", async () => {
  const { id, driver } = await driving({ still: true });
  const sibling = tab(id, { still: true });
  await shows(sibling, TEXT);
  let text = TEXT;
  for (const token of ["one ", "世", "界 ", "two"]) {
    generation.append(token);
    text += token;
    await shows(driver, text);
    await time.pass(16);
    await shows(sibling, text);
  }
  generation.finish();
  await ends(driver, text);
  await ends(sibling, text);
  expect(sibling.requests).toEqual([]);
  grew(sibling);
});

test("a sibling that was there first is fed once the driver starts, and lets go of its connection", async () => {
  const id = await streams.create();
  const sibling = tab(id, { still: true });
  await time.pass(40);
  await until(() => follows(sibling).length === 1);
  const driver = tab(id, { driven: true, still: true });
  await until(() => driver.stream.snapshot().status === "streaming");
  generation.append(TEXT);
  await shows(driver, TEXT);
  await time.pass(16);
  await shows(sibling, TEXT);
  await until(() => sibling.open() === 0);
  generation.finish();
  await ends(sibling, TEXT);
  await ends(driver, TEXT);
  // What it let go of is none of its news, and it asked for nothing more.
  expect(sibling.requests).toHaveLength(1);
});

test("all siblings that want to drive make one generation, and the others are fed", async () => {
  const id = await streams.create();
  generation.runs = 0;
  const all = [1, 2, 3].map(() => tab(id, { driven: true }));
  await until(() => all.every((one) => one.requests.some((r) => r.startsWith("POST"))));
  await until(() => all.some((one) => one.stream.snapshot().status === "streaming"));
  generation.append(TEXT);
  for (const one of all) await shows(one, TEXT);
  await until(() => all.reduce((sum, one) => sum + one.open(), 0) === 1);
  generation.finish();
  for (const one of all) await ends(one, TEXT);
  expect(generation.runs).toBe(1);
});

test("another scope gets nothing from it", async () => {
  const { id, driver } = await driving();
  const stranger = tab(id, { scope: "eve" });
  await until(() => follows(stranger).length === 1);
  generation.append("more");
  await shows(driver, `${TEXT}more`);
  expect(stranger.stream.snapshot().text).toBe("");
  generation.finish();
  await ends(stranger, `${TEXT}more`);
  await ends(driver, `${TEXT}more`);
});

test.each([
  ["error", () => generation.finish(new Error("broke"))],
  ["stopped", async (sibling: Tab) => void (await sibling.stream.stop())],
] as const)("%s, as the server said it, reaches a fed sibling", async (status, act) => {
  const { id, driver } = await driving({ still: true });
  const sibling = tab(id, { still: true });
  await shows(sibling, TEXT);
  await act(sibling);
  await ends(sibling, TEXT, status);
  await ends(driver, TEXT, status);
  if (status === "error") {
    expect(sibling.requests).toEqual([]);
    expect(sibling.stream.snapshot().error?.code).toBe("generation");
  }
});

test("over plain HTTP, where a browser has no crypto.randomUUID, tabs feed each other all the same", async () => {
  const missing = vi.spyOn(crypto, "randomUUID").mockImplementation(() => {
    throw new TypeError("crypto.randomUUID is not a function");
  });
  try {
    const { id, driver } = await driving();
    const sibling = tab(id);
    await shows(sibling, TEXT);
    generation.finish();
    for (const one of [driver, sibling]) await ends(one, TEXT);
    expect(sibling.requests).toEqual([]);
  } finally {
    missing.mockRestore();
  }
});

test("where the browser forbids channels, every tab reads for itself", async () => {
  const allowed = BroadcastChannel;
  vi.stubGlobal(
    "BroadcastChannel",
    class {
      constructor() {
        throw new DOMException("The operation is insecure.", "SecurityError");
      }
    },
  );
  try {
    const { id, driver } = await driving();
    const sibling = tab(id);
    generation.finish();
    for (const one of [driver, sibling]) await ends(one, TEXT);
    expect(follows(sibling)).toHaveLength(1);
  } finally {
    vi.stubGlobal("BroadcastChannel", allowed);
  }
});

test("a scope is needed", () => {
  // @ts-expect-error it must be there
  expect(() => tabs({})).toThrow(/scope/);
  expect(() => tabs({ scope: "" })).toThrow(/scope/);
});
