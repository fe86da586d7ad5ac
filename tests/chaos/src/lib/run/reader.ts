import { setTimeout as sleep } from "node:timers/promises";
import { createStreamClient, httpSource } from "@twinstream/core";
import { isTerminal } from "@twinstream/core/protocol";
import { tabs } from "@twinstream/core/tabs";
import { startProxy } from "../faults/fault-proxy.ts";
import type { Recorder } from "../history/recorder.ts";
import { IDLE_TIMEOUT_MS } from "../rules/rule.ts";
import type { AnswerInput } from "../server/answer.ts";
import type { ReaderPlan } from "./schedule.ts";

/** The parts of a run that a reader needs. */
export interface ReaderContext {
  readonly id: string;
  readonly input: AnswerInput;
  readonly recorder: Recorder;
  /** The run's name, which keeps its browsers apart from those of other runs. */
  readonly run: string;
  readonly upstream: () => number | undefined;
  /** Aborts when the run is over. */
  readonly signal: AbortSignal;
}

/** One tab of a run: the real client behind its own proxy. */
export interface Reader {
  readonly name: string;
  /** Resolves when the reader got a terminal status, or has left. */
  readonly finished: Promise<void>;
  /** From now on its requests pass without a fault. */
  calm(): void;
  close(): Promise<void>;
}

/** Starts a reader, which follows its plan. Each body that it gets is recorded. */
export async function startReader(plan: ReaderPlan, context: ReaderContext): Promise<Reader> {
  const { recorder, signal } = context;
  const faults = [...plan.faults];
  const proxy = await startProxy({
    upstream: context.upstream,
    fault: () => faults.shift() ?? { kind: "none" },
    onRequest: (proxied) => recorder.exchange(plan.name, proxied),
  });
  let closed = false;
  const client = createStreamClient({
    url: `${proxy.url}/api/streams`,
    // A failed stop is retried forever and would keep this process alive, so a closed browser sends nothing.
    fetch: (...request) => (closed ? new Promise(() => {}) : fetch(...request)),
    source: httpSource({ live: plan.live, intervalMs: 100 }),
    throttleMs: 5,
    idleTimeoutMs: IDLE_TIMEOUT_MS,
    retry: { baseMs: 50, maxMs: 300 },
    ...(plan.browser ? { share: tabs({ scope: `${context.run} ${plan.browser}` }) } : {}),
  });
  const stream = client.stream(context.id, {
    driven: plan.role === "driver",
    input: context.input,
  });
  let finish = () => {};
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  let unsubscribe = () => {};
  const at = (ms: number | undefined, act: () => void) => {
    if (ms !== undefined) sleep(ms, undefined, { signal }).then(act, () => {});
  };
  at(plan.startAt, () => {
    unsubscribe = stream.subscribe(({ text, status }) => {
      recorder.add({ kind: "shown", reader: plan.name, text, status });
      if (isTerminal(status)) finish();
    });
  });
  at(plan.stopAt, () => stream.stop());
  at(plan.leaveAt && plan.startAt + plan.leaveAt, () => {
    recorder.add({ kind: "left", reader: plan.name });
    unsubscribe();
    finish();
  });
  return {
    name: plan.name,
    finished,
    calm: () => proxy.calm(),
    async close() {
      closed = true;
      unsubscribe();
      await proxy.close();
    },
  };
}
