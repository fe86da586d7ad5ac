import { PAGE_BYTES } from "../http/text-stream.ts";
import type { Generate } from "../options/generate.ts";
import type { ResolvedOptions } from "../options/resolve.ts";
import type { Store, StreamSnapshot } from "../options/store.ts";
import type { StreamEnd } from "../options/stream-end.ts";
import { createAppend } from "./append.ts";
import { errorCode } from "./model-error.ts";
import type { Producer } from "./producer.ts";

/**
 * Runs `generate` for a claimed stream to its end, whoever is still reading. Resolves with how it
 * ended, once that is stored and `onFinish` is through. Never rejects.
 */
export async function runGeneration(
  settings: ResolvedOptions,
  producer: Producer,
  generate: Generate,
  context: { readonly id: string; readonly input: unknown; readonly request: Request },
): Promise<StreamEnd | "lost"> {
  const { signal } = producer;
  const { append, returned } = createAppend(producer);
  // Not awaited where it ignores its signal: a stop ends the stream without it.
  const generating = (async () => {
    try {
      await generate({ ...context, append, signal });
      await returned();
      void producer.close({ status: "done" });
    } catch (error) {
      // What a generation throws because it was aborted is no error.
      if (signal.aborted) return;
      settings.onError(error, context.id);
      // Told, too: what it left being read, or has handed its signal, works for nobody any more.
      void producer.cancel({ status: "error", error: errorCode(error) }, "closed");
    }
  })();
  const outcome = await Promise.race([producer.finished, generating.then(() => producer.finished)]);
  if (outcome !== "lost" && settings.onFinish) {
    try {
      const stored = await readEnded(settings, context.id);
      if (stored) await settings.onFinish({ id: context.id, text: stored.text, ...outcome });
    } catch (error) {
      settings.onError(error, context.id);
    }
  }
  return outcome;
}

const RETRY_MS = 50;
const MAX_RETRY_MS = 1000;

/** As `readAll`; a store that fails is asked for as long as a write of the text would be tried. */
async function readEnded({ store, leaseMs, onError }: ResolvedOptions, id: string) {
  const until = performance.now() + 2 * leaseMs;
  for (let delay = RETRY_MS; ; delay = Math.min(delay * 2, MAX_RETRY_MS)) {
    try {
      return await readAll(store, id);
    } catch (error) {
      if (performance.now() > until) throw error;
      onError(error, id);
      await new Promise((resolve) => setTimeout(resolve, delay));
    }
  }
}

/** The whole stored text, and the record of the same moment; undefined where the stream is gone. */
export async function readAll(store: Store, id: string): Promise<StreamSnapshot | undefined> {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let text = "";
  for (let offset = 0; ; ) {
    const page = await store.read(id, offset, PAGE_BYTES);
    if (!page) return undefined;
    const { bytes, ...record } = page;
    text += decoder.decode(bytes, { stream: true });
    offset += bytes.length;
    if (bytes.length === 0 || offset >= page.length) return { ...record, text };
  }
}
