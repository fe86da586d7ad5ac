import { expect, test } from "vitest";
import { createPayloads } from "../../../src/lib/store/postgres/payload.ts";

test("reads payloads of other store objects, and ignores its own", () => {
  const [ours, theirs] = [createPayloads(), createPayloads()];
  const payload = theirs.control('a "b"\n,😀');
  expect(ours.read(payload)).toEqual({ change: "control", ids: ['a "b"\n,😀'] });
  expect(theirs.read(payload).ids).toEqual([]);
});

test("puts many ids into few payloads, none over the limit, no id twice", () => {
  const [ours, theirs] = [createPayloads(), createPayloads()];
  const ids = Array.from({ length: 1_000 }, (_, n) => `é${n}-${"x".repeat(n % 50)}`);
  const payloads = theirs.text([...ids, ...ids]);
  for (const payload of payloads) expect(Buffer.byteLength(payload)).toBeLessThan(8_000);
  expect(payloads.flatMap((payload) => ours.read(payload).ids)).toEqual(ids);
  const bytes = payloads.reduce((sum, payload) => sum + Buffer.byteLength(payload), 0);
  expect(payloads.length).toBeLessThanOrEqual(Math.ceil(bytes / 7_800));
  expect(theirs.text([])).toEqual([]);
});

test("ignores payloads that are not ours", () => {
  for (const payload of ["", "hello", "{}", "[]", "null", "[1, 2, 3]"]) {
    expect(createPayloads().read(payload).ids).toEqual([]);
  }
});
