import { expect, test, vi } from "vitest";
import { newStreamId } from "../src/index.ts";

test("an id is 22 characters of base64url, and no two are the same", () => {
  const ids = Array.from({ length: 1000 }, newStreamId);
  for (const id of ids) expect(id).toMatch(/^[\w-]{22}$/);
  expect(new Set(ids).size).toBe(1000);
});

test("all of its 128 bits are random", () => {
  const bytesOf = (byte: number) => (array: Uint8Array) => array.fill(byte);
  const random = vi.spyOn(crypto, "getRandomValues");
  random.mockImplementation(bytesOf(0) as typeof crypto.getRandomValues);
  expect(newStreamId()).toBe("A".repeat(22));
  random.mockImplementation(bytesOf(255) as typeof crypto.getRandomValues);
  expect(newStreamId()).toBe(`${"_".repeat(21)}w`);
  expect(random.mock.calls[0]![0]).toHaveLength(16);
  random.mockRestore();
});
