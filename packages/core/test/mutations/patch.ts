import { join } from "node:path";

/** One place of a source file, and what stands there in the mutant. */
export interface Edit {
  /** The file, from `packages/core` on. */
  readonly file: string;
  /** The text as it is: it must stand there once. */
  readonly from: string;
  readonly to: string;
}

/** The ways to make one of SPEC.md's mutations: each is one mutant, made by all of its edits. */
export type Patches = Readonly<Record<string, readonly (readonly Edit[])[]>>;

/** The package's folder. */
export const packageFolder = join(import.meta.dirname, "..", "..");

/**
 * Applies the edits that concern one file.
 * @param file the file's absolute path
 * @param source the file's text
 * @returns the mutant's text, or `source` itself if no edit concerns the file
 * @throws Error if an edit's text does not stand in the file exactly once
 */
export function applyEdits(edits: readonly Edit[], file: string, source: string): string {
  let text = source;
  for (const edit of edits) {
    if (join(packageFolder, edit.file) !== file) continue;
    const count = text.split(edit.from).length - 1;
    if (count !== 1) {
      throw new Error(
        `${edit.file} has ${JSON.stringify(edit.from)} ${count} times, and a patch needs it once: mend the patch.`,
      );
    }
    text = text.replace(edit.from, () => edit.to);
  }
  return text;
}

/** The edits of the mutant that this process runs, by the environment; empty in any other process. */
export function editsOfProcess(): readonly Edit[] {
  return JSON.parse(process.env.TWINSTREAM_MUTANT ?? "[]");
}
