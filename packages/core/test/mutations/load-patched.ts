// `node --import …/load-patched.ts program.ts`: loads the mutant's sources instead of those on disk.
import { registerHooks } from "node:module";
import { fileURLToPath } from "node:url";
import { applyEdits, editsOfProcess } from "./patch.ts";

const edits = editsOfProcess();

registerHooks({
  load(url, context, next) {
    const loaded = next(url, context);
    if (!url.startsWith("file:") || !loaded.source) return loaded;
    return { ...loaded, source: applyEdits(edits, fileURLToPath(url), String(loaded.source)) };
  },
});
