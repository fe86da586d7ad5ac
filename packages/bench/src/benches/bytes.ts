import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DurableStream, stream as durableStream } from "@durable-streams/client";
import { DurableStreamTestServer } from "@durable-streams/server";
import { getRequestListener } from "@hono/node-server";
import { createStreamClient, httpSource } from "@twinstream/core";
import { capability, createStreamServer } from "@twinstream/server";
import { sqliteStore } from "@twinstream/server/sqlite";
import { compare, type Figure, type Result, show, spread } from "../lib/figures.ts";
import { listen } from "../lib/listen.ts";
import { countingProxy } from "../lib/proxy.ts";
import { textTokens } from "../lib/texts.ts";

const ROUNDS = 5;
const PACE_MS = 20;
const SHORT = 8 * 1024;

/** A text, and how many times as fast as at 50 tokens a second it is run: the flush policy's time with it. */
interface Work {
  readonly name: string;
  readonly language: "English" | "Chinese";
  readonly bytes: number;
  readonly speed: number;
  readonly goal?: number;
}

const works: readonly Work[] = [
  { name: "8 KB English", language: "English", bytes: 8 * 1024, speed: 5, goal: 1.2 },
  { name: "8 KB Chinese", language: "Chinese", bytes: 8 * 1024, speed: 5 },
  { name: "64 KB English", language: "English", bytes: 64 * 1024, speed: 20, goal: 1.05 },
];

/** Reads until the end from where it was, or until it is told to leave; resolves with the text so far. */
type Read = (url: string, id: string, leave: AbortSignal) => Promise<string>;

const readOurs =
  (live: "text" | "sse" | "long-poll"): Read =>
  (url, id, leave) => {
    const source = live === "text" ? undefined : httpSource({ live });
    // A page that is left takes its connections with it.
    const page: typeof fetch = (input, init) =>
      fetch(input, {
        ...init,
        signal: AbortSignal.any([leave, ...(init?.signal ? [init.signal] : [])]),
      });
    const handle = createStreamClient({ url: `${url}/s`, source, fetch: page }).stream(id);
    return new Promise((resolve) => {
      const over = () => {
        stop();
        resolve(handle.snapshot().text);
      };
      const stop = handle.subscribe(() => {});
      handle.finished.then(({ text }) => resolve(text));
      leave.addEventListener("abort", over);
    });
  };

const readDurable =
  (live: "sse" | "long-poll"): Read =>
  async (url, id, leave) => {
    let text = "";
    const control = new AbortController();
    leave.addEventListener("abort", () => control.abort());
    try {
      const result = await durableStream({
        url: `${url}/s/${id}`,
        live,
        offset: "-1",
        signal: control.signal,
      });
      for await (const piece of result.textStream()) text += piece;
    } catch (error) {
      if (!leave.aborted) throw error;
    }
    return text;
  };

const readers: Record<string, { readonly server: "ours" | "durable"; readonly read: Read }> = {
  "Twinstream, text": { server: "ours", read: readOurs("text") },
  "Twinstream, SSE": { server: "ours", read: readOurs("sse") },
  "Twinstream, long-poll": { server: "ours", read: readOurs("long-poll") },
  "Durable Streams, SSE": { server: "durable", read: readDurable("sse") },
  "Durable Streams, long-poll": { server: "durable", read: readDurable("long-poll") },
};

const own = Object.fromEntries(
  Object.entries(readers).filter(([, { server }]) => server === "ours"),
);

/** Who reads a text. A request a token makes the peer's long text take minutes: it is given the short ones. */
const taking = ({ bytes }: Work) => (bytes > SHORT ? own : readers);

const situations = ["from the start", "joining half-way", "refreshing five times"] as const;
type Situation = (typeof situations)[number];

/** Bytes on the socket ÷ bytes of text, of every reader in every situation, in one run of a text. */
async function run(
  { language, bytes, speed }: Work,
  reading = readers,
): Promise<Map<string, Map<Situation, number>>> {
  const folder = mkdtempSync(join(tmpdir(), "twinstream-bench-"));
  const tokens = textTokens(language, bytes);
  const text = tokens.join("");
  const begun = performance.now();
  const due = (index: number) => begun + 200 + (index * PACE_MS) / speed;
  const wait = async (until: number) => {
    const left = until - performance.now();
    if (left > 0) await new Promise((resolve) => setTimeout(resolve, left));
  };
  async function* paced() {
    for (const [index, token] of tokens.entries()) {
      await wait(due(index));
      yield token;
    }
  }

  const streams = createStreamServer({
    store: sqliteStore({ path: join(folder, "streams.db") }),
    authorize: capability(),
    basePath: "/s",
    flush: { maxDelayMs: 250 / speed },
    generate: ({ append }) => append.from(paced()),
  });
  const ours = await listen(getRequestListener((request) => streams.handler(request)));
  const durable = new DurableStreamTestServer({ port: 0, host: "127.0.0.1" });
  await durable.start();
  const id = await streams.create();
  const written = await DurableStream.create({
    url: `${durable.url}/s/${id}`,
    contentType: "text/plain",
  });

  async function measure(server: "ours" | "durable", read: Read, situation: Situation) {
    const target = server === "ours" ? ours.port : Number(new URL(durable.url).port);
    const proxy = await countingProxy(target);
    const url = `http://127.0.0.1:${proxy.port}`;
    const stay = new AbortController().signal;
    const leaveAt = (share: number) => {
      const leave = new AbortController();
      void wait(due(tokens.length * share)).then(() => leave.abort());
      return leave.signal;
    };
    if (situation === "joining half-way") await wait(due(tokens.length / 2));
    if (situation === "refreshing five times") {
      for (let time = 1; time <= 5; time++) await read(url, id, leaveAt(time / 6));
    }
    const got = await read(url, id, stay);
    // Durable Streams' SSE loses the spaces that words begin with; what it sent is counted all the same.
    if (got !== text && server === "ours")
      throw new Error(`${server}, ${situation}: ${got.length} of ${text.length} characters.`);
    const ratio = proxy.down / Buffer.byteLength(text);
    await proxy.close();
    return ratio;
  }

  const results = new Map<string, Map<Situation, number>>();
  const running = Object.entries(reading).flatMap(([name, { server, read }]) => {
    const own = new Map<Situation, number>();
    results.set(name, own);
    return situations.map(async (situation) => {
      own.set(situation, await measure(server, read, situation));
    });
  });
  const driving = fetch(`http://127.0.0.1:${ours.port}/s/${id}/drive`, { method: "POST" }).then(
    (r) => r.text(),
  );
  const appending = (async () => {
    if (!Object.values(reading).some(({ server }) => server === "durable")) return;
    for await (const token of paced()) await written.append(token);
    await written.close();
  })();
  await Promise.all([...running, driving, appending]);
  await Promise.all([ours.close(), durable.stop()]);
  await streams.close();
  rmSync(folder, { recursive: true, force: true });
  return results;
}

/** The bytes that one follower by `live=text` is sent, from the start, of a text of that size. */
export async function followerBytesOf(bytes: number): Promise<number> {
  const work: Work = { name: "", language: "English", bytes, speed: 20 };
  const results = await run(work, { "Twinstream, text": readers["Twinstream, text"]! });
  return results.get("Twinstream, text")!.get("from the start")! * bytes;
}

/** What Convex's component would send: the whole body as JSON at each chunk, one at each `.`, `!` and `?`. */
function convexWhole(tokens: readonly string[]): number {
  let text = "";
  let pending = "";
  let sent = 0;
  const send = () => {
    text += pending;
    pending = "";
    sent += Buffer.byteLength(JSON.stringify({ text, status: "streaming" }));
  };
  for (const token of tokens) {
    pending += token;
    if (/[.!?]/.test(token)) send();
  }
  send();
  return sent / Buffer.byteLength(text);
}

/** Bytes that a follower is sent, for each byte of text. */
export async function followerBytes(): Promise<Result> {
  const figures: Figure[] = [];
  const rows: string[][] = [];
  const bars: { label: string; value: number; ours: boolean }[] = [];
  // The texts share a round: bytes are counted, and no time is taken.
  const all: Awaited<ReturnType<typeof run>>[][] = [];
  for (let round = 0; round < ROUNDS; round++) {
    all.push(await Promise.all(works.map((work) => run(work, taking(work)))));
  }
  for (const [index, work] of works.entries()) {
    const rounds = all.map((round) => round[index]!);
    const values = (name: string, situation: Situation) =>
      rounds.map((round) => round.get(name)!.get(situation)!);
    for (const name of Object.keys(taking(work))) {
      rows.push([
        `${work.name}: ${name}`,
        ...situations.map((situation) => show(spread(values(name, situation)).median)),
      ]);
    }
    const convex = convexWhole(textTokens(work.language, work.bytes));
    rows.push([`${work.name}: Convex, whole bodies (computed)`, show(convex), "–", "–"]);
    const goal = work.goal === undefined ? undefined : ({ atMost: work.goal, of: "ours" } as const);
    const start = situations[0];
    const name = `Follower bytes ÷ text, live=text, ${work.name}`;
    const text = values("Twinstream, text", start);
    const peers = Object.keys(taking(work)).filter((reader) => reader.startsWith("Durable"));
    for (const [index, peer] of (peers.length > 0 ? peers : [undefined]).entries()) {
      const beside = peer && { name: peer, values: values(peer, start) };
      figures.push(compare(name, "×", text, beside || undefined, index === 0 ? goal : undefined));
    }
    if (work.name === "8 KB English") {
      for (const name of Object.keys(readers)) {
        bars.push({
          label: name,
          value: spread(values(name, start)).median,
          ours: name.startsWith("Twinstream"),
        });
      }
      bars.push({ label: "Convex, whole bodies (computed)", value: convex, ours: false });
    }
  }
  return {
    figures,
    tables: [
      {
        title:
          "Follower bytes ÷ bytes of text, headers and framing included, at 50 tokens a second",
        columns: ["", ...situations],
        rows,
        note: "Durable Streams is not given the 64 KB: a request a token makes it take minutes. A refresh reads the text so far again: its limit is about 1 + (1 + 2 + 3 + 4 + 5) / 6 = 3.5.",
      },
    ],
    charts: [
      {
        file: "bytes",
        title: "Bytes that a follower is sent, for each byte of an 8 KB text",
        unit: "less is better; 1 is the text alone",
        logarithmic: true,
        bars,
      },
    ],
  };
}
