import type { Edit, Patches } from "../patch.ts";

const edit = (from: string, to: string): Edit => ({ file: "src/lib/machine/machine.ts", from, to });

/** Mutations of the machine. */
export const machine: Patches = {
  "machine: a clean end of the drive is taken for `done`": [
    [
      edit(
        "  if (!s.watched) return rest(next);\n  // If it",
        '  if (!error) return go(s, "ended", { status: "done" });\n  if (!s.watched) return rest(next);\n  // If it',
      ),
    ],
  ],
  "machine: a stop does not bar the drive": [
    [edit('[{ ...s, drive: "barred" }, "stop"]', '[{ ...s }, "stop"]')],
  ],
  "machine: an owed drive is sent without a `pending`": [
    [
      edit(
        'if (e.status === "pending" && s.status === "pending") {',
        'if (s.status === "pending") {',
      ),
    ],
  ],
  "machine: without a claim, a drive is owed too": [
    [edit("const owed = t.claims && !fatal;", "const owed = !fatal;")],
  ],
  "machine: leaving keeps the connection": [
    [edit("const leave: Cell<unknown> = (s) => rest(s);", "const leave: Cell<unknown> = stay;")],
  ],
  "machine: an abandoned drive that fails is asked about, with nobody there": [
    [edit("  if (!s.watched) return rest(next);\n", "")],
  ],
  "machine: at rest it remembers that somebody watched": [
    [edit('go(s, "idle", { watched: false, error })', 'go(s, "idle", { error })')],
  ],
  "machine: a status goes back": [
    [
      edit(
        'status: s.status === "pending" && status ? status : s.status,',
        "status: status ?? s.status,",
      ),
    ],
  ],
  "machine: waking closes a healthy connection": [
    [
      edit(
        'const probe: Cell<unknown> = (s, _, t) => (t.reads ? [s, "probe"] : [s]);',
        "const probe: Cell<unknown> = (s, _, t) => ask(s, t);",
      ),
    ],
  ],
  "machine: what has lasted does not begin a new row of failures": [
    [
      edit(
        "const lasted: Cell<unknown> = (s) => [{ ...s, failures: 0 }];",
        "const lasted: Cell<unknown> = stay;",
      ),
    ],
  ],
  "machine: every failure begins a new row": [
    [edit("const failures = s.failures + 1;", "const failures = 1;")],
  ],
  "machine: every mount drives": [
    [
      edit(
        'const free = s.drive === "none" || (s.drive === "refused" && t.claims);',
        "const free = true;",
      ),
    ],
  ],
};
