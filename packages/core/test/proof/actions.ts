// What may happen in a schedule, at random.
import fc from "fast-check";
import type { TerminalStatus } from "../../src/lib/protocol/status.ts";
import type { Refusal } from "./server.ts";

/**
 * Who reads. `driver` and `twin` are driven; `driver`, `twin` and `sibling` are tabs of one login in
 * one browser, `stranger` is a tab of another login there, and `follower` is somewhere else.
 */
export type Reader = "driver" | "follower" | "twin" | "sibling" | "stranger";

const BASIC: readonly Reader[] = ["driver", "follower"];
const SHARED: readonly Reader[] = ["driver", "follower", "twin", "sibling", "stranger"];

/** One thing that happens. */
export type Action =
  | { readonly do: "generate"; readonly text: string }
  /** Text comes, and perhaps the end after it; what a tab hears of the text is lost. */
  | {
      readonly do: "miss";
      readonly reader: Reader;
      readonly text: string;
      readonly status?: TerminalStatus;
    }
  | { readonly do: "flush" | "crash" | "release" }
  | { readonly do: "finish"; readonly status: TerminalStatus }
  | { readonly do: "deliver"; readonly bytes: number }
  | { readonly do: "refuse"; readonly how: Refusal }
  | { readonly do: "pass"; readonly ms: number }
  | { readonly do: "cut"; readonly reader: Reader; readonly cleanly: boolean }
  | { readonly do: "offline" | "hide"; readonly reader: Reader; readonly on: boolean }
  | { readonly do: Visit; readonly reader: Reader }
  /** Politely: the page is told before. */
  | { readonly do: "freeze" | "close"; readonly reader: Reader; readonly politely: boolean }
  /** What the browser said to it meanwhile may be lost. */
  | { readonly do: "thaw"; readonly reader: Reader; readonly lossy: boolean }
  | { readonly do: "lag"; readonly reader: Reader; readonly to: Reader; readonly ms: number };

type Visit = "stall" | "wake" | "leave" | "come" | "start" | "retry" | "again" | "stop";

/** What a schedule is: who drives, how, and what happens. */
export interface Schedule {
  /** A bare URL has no claim: its drive is never sent twice. */
  readonly bare: boolean;
  /** The stream is not there before its drive makes it. */
  readonly creates: boolean;
  readonly initial: boolean;
  /** Followers read the text by HTTP, or are pushed whole bodies, or parts in any order. */
  readonly source: "text" | "whole" | "parts";
  /** The tabs of one login feed each other. */
  readonly shared: boolean;
  readonly actions: readonly Action[];
}

/** Texts of all planes, with combining marks, line ends of all kinds and a mark at the start. */
const text = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit: "grapheme", maxLength: 8 }) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 6 }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      "\r\n",
      "\uFEFF",
      "e\u0301",
      "👩‍👩‍👧‍👦",
      "世界",
      " ",
      "مرحبا",
      "\u0000",
      "word ",
    ),
  },
);

type Weighed = { readonly weight: number; readonly arbitrary: fc.Arbitrary<Action> };

const only = <K extends string>(name: K) => fc.constant(name);

function basics(reader: fc.Arbitrary<Reader>): Weighed[] {
  const on = fc.boolean();
  return [
    { weight: 6, arbitrary: fc.record({ do: only("generate"), text }) },
    { weight: 4, arbitrary: fc.constant({ do: "flush" }) },
    {
      weight: 1,
      arbitrary: fc.record({
        do: only("finish"),
        status: fc.constantFrom<TerminalStatus>("done", "error", "stopped", "timeout"),
      }),
    },
    { weight: 1, arbitrary: fc.constant({ do: "crash" }) },
    {
      weight: 8,
      arbitrary: fc.record({
        do: only("deliver"),
        bytes: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constant(1000)),
      }),
    },
    { weight: 3, arbitrary: fc.record({ do: only("cut"), reader, cleanly: fc.boolean() }) },
    { weight: 1, arbitrary: fc.record({ do: only("stall"), reader }) },
    {
      weight: 3,
      arbitrary: fc.record({
        do: only("refuse"),
        how: fc.constantFrom<Refusal>("503", "429", "401", "lost-before", "lost-after", "hold"),
      }),
    },
    { weight: 2, arbitrary: fc.constant({ do: "release" }) },
    { weight: 1, arbitrary: fc.record({ do: only("offline"), reader, on }) },
    {
      weight: 5,
      arbitrary: fc.record({
        do: only("pass"),
        ms: fc.constantFrom(5, 20, 600, 1200, 4000, 15_000, 50_000),
      }),
    },
    { weight: 2, arbitrary: fc.record({ do: only("wake"), reader }) },
    { weight: 1, arbitrary: fc.record({ do: only("hide"), reader, on }) },
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constantFrom<Visit>("leave", "come", "again", "start", "retry"),
        reader,
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: only("stop"), reader }) },
  ];
}

/** What happens to tabs: they open (by `come`), close, freeze and thaw, and hear each other late. */
function ofTabs(reader: fc.Arbitrary<Reader>): Weighed[] {
  const politely = fc.boolean();
  return [
    { weight: 4, arbitrary: fc.record({ do: only("come"), reader }) },
    { weight: 2, arbitrary: fc.record({ do: only("close"), reader, politely }) },
    { weight: 2, arbitrary: fc.record({ do: only("freeze"), reader, politely }) },
    { weight: 2, arbitrary: fc.record({ do: only("thaw"), reader, lossy: fc.boolean() }) },
    {
      weight: 4,
      arbitrary: fc.record({
        do: only("lag"),
        reader,
        to: reader,
        ms: fc.constantFrom(0, 5, 60, 2500),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        do: only("miss"),
        reader,
        text,
        status: fc.option(fc.constantFrom<TerminalStatus>("done", "error"), { nil: undefined }),
      }),
    },
    { weight: 6, arbitrary: fc.record({ do: only("pass"), ms: fc.constantFrom(20, 120, 1600) }) },
  ];
}

const basic = fc.constantFrom(...BASIC);
const any = fc.constantFrom(...SHARED);
const alone = fc.oneof(...basics(basic));
const together = fc.oneof(...basics(any), ...ofTabs(any));

const how = {
  bare: fc.boolean(),
  // Seldom: a stream that nobody drives brings nothing that could go wrong.
  creates: fc.nat({ max: 3 }).map((n) => n === 0),
  initial: fc.boolean(),
  source: fc.constantFrom<Schedule["source"]>("text", "text", "whole", "parts"),
};

const comes = (readers: readonly Reader[]) =>
  readers.map((reader): Action => ({ do: "come", reader }));

/** Who is there from the start, in the order in which they came; all others come in the middle of things. */
const early = fc.shuffledSubarray<Reader>([...SHARED], { minLength: 2 }).map(comes);

// Only the client's own server is driven by a request that makes the stream.
const possible = (schedule: Schedule): Schedule => ({
  ...schedule,
  creates: schedule.creates && !schedule.bare && schedule.source === "text",
});

const apart = fc.record({
  ...how,
  shared: fc.constant(false),
  actions: fc.array(alone, { maxLength: 40 }).map((then) => [...comes(BASIC), ...then]),
});

const sharing = fc.record({
  ...how,
  shared: fc.constant(true),
  actions: fc
    .tuple(early, fc.array(together, { maxLength: 50 }))
    .map(([first, then]) => [...first, ...then]),
});

export const schedules: fc.Arbitrary<Schedule> = fc.oneof(apart, sharing).map(possible);
