import { writeFileSync } from "node:fs";
import gifenc from "gifenc";
import type { Page } from "playwright-core";
import { PNG } from "pngjs";
import { told } from "./still.ts";

const { applyPalette, GIFEncoder, quantize } = gifenc;

interface Shot {
  readonly at: number;
  readonly pixels: Uint8Array;
}

/**
 * Films a page while `act` goes on, at its true pace, as an animated GIF.
 *
 * @param act what happens; `wait` lets that many ms pass
 * @param options.every ms between two frames, at least
 * @param options.colors how many colours the film has
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
      // A page that is just being loaded cannot be shot: the frame before stays.
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
  told(path);
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** One palette for all frames; of each frame only the pixels that changed. */
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
      // The last frame stands still, before the film begins again.
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
