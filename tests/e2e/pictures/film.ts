import { writeFileSync } from "node:fs";
import gifenc from "gifenc";
import type { Page } from "playwright-core";
import { PNG } from "pngjs";
import { printPicture } from "./still.ts";

const { applyPalette, GIFEncoder, quantize } = gifenc;

interface Shot {
  readonly at: number;
  readonly pixels: Uint8Array;
}

/**
 * Films a page during `act`, at its true pace, as an animated GIF.
 *
 * @param act the actions on the page; `wait` waits for that many ms
 * @param options.every the least ms between two frames (default 120)
 * @param options.colors the number of colours (default 64)
 */
export async function film(
  page: Page,
  path: string,
  act: (wait: (ms: number) => Promise<void>) => Promise<void>,
  { every = 120, colors = 64 }: { every?: number; colors?: number } = {},
): Promise<void> {
  const shots: Shot[] = [];
  let acting = true;
  const filming = (async () => {
    while (acting) {
      const at = performance.now();
      // A page cannot be captured while it loads: the frame before stays.
      const shot = await page.screenshot().catch(() => undefined);
      if (shot) shots.push({ at, pixels: new Uint8Array(PNG.sync.read(shot).data) });
      await pause(Math.max(0, every - (performance.now() - at)));
    }
  })();
  await act(pause);
  acting = false;
  await filming;
  const { width, height } = page.viewportSize()!;
  writeFileSync(path, encode(shots, width, height, colors));
  printPicture(path);
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Encodes the frames with one palette. Each frame has only its changed pixels. */
function encode(shots: readonly Shot[], width: number, height: number, colors: number): Uint8Array {
  const sample = [shots.at(0)!, shots[shots.length >> 1]!, shots.at(-1)!];
  const palette = quantize(Buffer.concat(sample.map(({ pixels }) => pixels)), colors - 1);
  const unchanged = palette.length;
  const gif = GIFEncoder();
  let before: Uint8Array | undefined;
  for (const [index, { at, pixels }] of shots.entries()) {
    const now = applyPalette(pixels, palette);
    const changed = now.map((color, pixel) => (before?.[pixel] === color ? unchanged : color));
    const next = shots[index + 1]?.at;
    gif.writeFrame(changed, width, height, {
      palette: before ? undefined : [...palette, [0, 0, 0]],
      // The last frame stays for a while before the film begins again.
      delay: next ? Math.round(next - at) : 2500,
      transparent: before !== undefined,
      transparentIndex: unchanged,
      dispose: 1,
    });
    before = now;
  }
  gif.finish();
  return gif.bytes();
}
