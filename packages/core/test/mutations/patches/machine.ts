import type { Edit, Patches } from "../patch.ts";

const edit = (from: string, to: string): Edit => ({ file: "src/lib/machine/machine.ts", from, to });
const inState = (from: string, to: string): Edit => ({
  file: "src/lib/machine/state.ts",
  from,
  to,
});

/** Mutations of the machine. */
export const machine: Patches = {
  "machine: a clean end of the drive is taken for `done`": [
    [
      edit(
        "  if (!s.watched) return leave(next, {}, t);\n",
        '  if (!error) return end(s, "done");\n  if (!s.watched) return leave(next, {}, t);\n',
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
    [edit('if (t.claims) return fatal ? "refused" : "owed";', 'if (!fatal) return "owed";')],
  ],
  "machine: leaving keeps the connection": [
    [
      edit(
        'const leave: Cell<unknown> = (s) => go(s, "idle", { watched: false, error: lasting(s) });',
        "const leave: Cell<unknown> = stay;",
      ),
    ],
  ],
  "machine: an abandoned drive that fails is asked about, with nobody there": [
    [edit("  if (!s.watched) return leave(next, {}, t);\n", "")],
  ],
  "machine: who leaves a stream at rest is not noticed": [
    [
      edit(
        "const leaveResting: Cell<unknown> = (s) => [{ ...s, watched: false }];",
        "const leaveResting: Cell<unknown> = stay;",
      ),
    ],
  ],
  "machine: what may pass ends the stream": [
    [edit('error?.code === "not_found" ? end', "error ? end")],
  ],
  "machine: a stream that is gone rests": [
    [edit('error?.code === "not_found" ? end', "!error ? end")],
  ],
  "machine: a stream that is not there yet has ended": [
    [edit("error?.httpStatus === 404 && !s.known", "false")],
  ],
  "machine: a drive that makes its stream is not sent while that is not there": [
    [edit('t.creates && s.drive === "owed"\n', "false\n")],
  ],
  "machine: a stream that was there before is looked for": [
    [edit("error?.httpStatus === 404 && !s.known", "error?.httpStatus === 404")],
  ],
  "machine: a stream at rest does not hear of a page that wakes up": [
    [inState('s.mode !== "ended" && (s.mode !== "idle" || !!s.watched);', "!isResting(s);")],
  ],
  "machine: a wake sends a denied drive that has no claim": [
    [edit('s.drive === "denied" && t.claims ?', 's.drive === "denied" ?')],
  ],
  "machine: each reader sends a refused drive": [
    [edit('e.drive && s.drive === "none"', "e.drive && MAY_START.includes(s.drive)")],
  ],
  "machine: the page starts what was sent before": [
    [edit('const MAY_START = ["none",', 'const MAY_START = ["none", "spent",')],
  ],
  "machine: a retry asks for a stream that nobody watches": [
    [edit("  !s.watched\n    ? [s]\n    : ", "  ")],
  ],
  "machine: the reason of an end is lost": [
    [edit("end(s, status, { error, reason });", "end(s, status, { error });")],
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
    [edit('watch(s, e.drive && s.drive === "none")', "watch(s, e.drive)")],
  ],
};
