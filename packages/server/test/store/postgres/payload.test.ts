import { expect, test } from "vitest";
import { createPayloads } from "../../../src/lib/store/postgres/payload.ts";

test("another store object's payloads are read, and one's own are passed over", () => {
  const [mine, theirs] = [createPayloads(), createPayloads()];
  const payload = theirs.control('a "b"\n,😀');
  expect(mine.read(payload)).toEqual({ change: "control", ids: ['a "b"\n,😀'] });
  expect(theirs.read(payload).ids).toEqual([]);
});

test("many ids take as few payloads as hold them, none over the limit, none twice", () => {
  const [mine, theirs] = [createPayloads(), createPayloads()];
  const ids = Array.from({ length: 1_000 }, (_, n) => `é${n}-${"x".repeat(n % 50)}`);
  const payloads = theirs.text([...ids, ...ids]);
  for (const payload of payloads) expect(Buffer.byteLength(payload)).toBeLessThan(8_000);
  expect(payloads.flatMap((payload) => mine.read(payload).ids)).toEqual(ids);
  const bytes = payloads.reduce((sum, payload) => sum + Buffer.byteLength(payload), 0);
  expect(payloads.length).toBeLessThanOrEqual(Math.ceil(bytes / 7_800));
  expect(theirs.text([])).toEqual([]);
});

test("what others notify on the channel wakes nobody", () => {
  for (const payload of ["", "hello", "{}", "[]", "null", "[1, 2, 3]"]) {
    expect(createPayloads().read(payload).ids).toEqual([]);
  }
});
