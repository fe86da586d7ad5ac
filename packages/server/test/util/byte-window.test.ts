import fc from "fast-check";
import { expect, test } from "vitest";
import { ByteWindow } from "../../src/lib/util/byte-window.ts";

test("slice returns the bytes at its offsets after any pushes, joins and drops", () => {
  const step = fc.oneof(
    fc.record({ push: fc.uint8Array({ maxLength: 9 }) }),
    fc.record({ join: fc.tuple(fc.nat(), fc.nat()) }),
    fc.record({ drop: fc.nat() }),
  );
  fc.assert(
    fc.property(fc.nat(1000), fc.array(step, { maxLength: 300 }), (start, steps) => {
      const window = new ByteWindow(start);
      const all: number[] = [];
      const range = (a: number, b: number) => {
        const size = window.end - window.start + 1;
        const [from, to] = [a % size, b % size].sort((x, y) => x - y);
        return [window.start + from!, window.start + to!] as const;
      };
      for (const step of steps) {
        if ("push" in step) {
          window.push(step.push);
          all.push(...step.push);
        } else if ("join" in step) {
          const [from, to] = range(...step.join);
          if (from < to) {
            expect([...window.join(from, to)]).toEqual(all.slice(from - start, to - start));
          }
        } else {
          window.dropBefore(start + (step.drop % (all.length + 1)));
        }
        expect(window.end).toBe(start + all.length);
        const middle = (window.start + window.end) >> 1;
        expect([...window.slice(window.start, window.end)]).toEqual(
          all.slice(window.start - start),
        );
        expect([...window.slice(middle, window.end)]).toEqual(all.slice(middle - start));
      }
    }),
  );
});

test("dropBefore drops chunks before the offset, and nothing after it", () => {
  const window = new ByteWindow(0);
  for (let i = 0; i < 1000; i++) window.push(new Uint8Array(10));
  window.dropBefore(9001);
  expect(window.start).toBe(9000);
  window.dropBefore(window.end);
  expect(window.start).toBe(window.end);
});
