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

test("a sibling gets the text token by token from the driving tab, and makes no request at all", async () => {
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

test("a sibling that was there first gets the text once the driver starts, and closes its connection", async () => {
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
  // The closed connection is no failure: the sibling asked for nothing more.
  expect(sibling.requests).toHaveLength(1);
});

test("if all tabs want to drive, there is one generation, and the others get its text", async () => {
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

test("a tab of another scope gets nothing", async () => {
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
] as const)(
  "the status %s, as the server reported it, reaches the siblings",
  async (status, act) => {
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
  },
);

test("over plain HTTP, where a browser has no crypto.randomUUID, tabs share all the same", async () => {
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

test("if the browser forbids channels, each tab reads for itself", async () => {
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

test("rejects a missing or empty scope", () => {
  // @ts-expect-error it must be there
  expect(() => tabs({})).toThrow(/scope/);
  expect(() => tabs({ scope: "" })).toThrow(/scope/);
});
