import "./dom.ts";
import type { StreamId } from "@convex-dev/persistent-text-streaming";
import { type ConvexDeployment, type ConvexOptions, startConvex } from "@twinstream/harness/convex";
import { api } from "@twinstream/harness/convex/app/_generated/api";
import { ConvexProvider, ConvexReactClient } from "convex/react";
import { type ReactNode, StrictMode, useLayoutEffect } from "react";
import { flushSync } from "react-dom";
import { createRoot } from "react-dom/client";
import { expect, onTestFinished, vi } from "vitest";
import type { UseStreamOptions, UseStreamResult } from "../src/react.ts";
import type { Hook } from "./hooks.ts";

/** Starts the app's own deployment for one test. */
export async function deploy(options: Omit<ConvexOptions, "modules"> = {}) {
  const modules = import.meta.glob<Record<string, unknown>>(
    "../../../tests/harness/src/convex/app/**/*.ts",
  );
  const deployment = await startConvex({ modules, ...options });
  onTestFinished(() => deployment.close());
  return deployment;
}

/** Connects Convex's own client to a deployment. */
export function connect(deployment: ConvexDeployment): ConvexReactClient {
  const client = new ConvexReactClient(deployment.url, { logger: false });
  onTestFinished(() => client.close());
  return client;
}

export const createStream = (deployment: ConvexDeployment): Promise<StreamId> =>
  deployment.backend.mutation(api.streaming.create, {});

export const persisted = (deployment: ConvexDeployment, streamId: StreamId) =>
  deployment.backend.query(api.streaming.getStreamBody, { streamId });

/** What a hook showed after one commit, and of which stream. */
export interface Shown {
  readonly id: string | undefined;
  readonly text: string;
  readonly status: string;
}

/** The hook's arguments after the query, and how the app writes them. */
export interface Call {
  readonly url: URL;
  readonly driven?: boolean;
  readonly streamId: StreamId | undefined;
  readonly options?: UseStreamOptions;
  /** `new URL(…)` in the call: another object at each render. */
  readonly inlineUrl?: boolean;
  /** `{ headers: { … } }` in the call. */
  readonly inlineHeaders?: boolean;
}

/** What either hook returns. The component's own returns a body alone. */
export type Result = Pick<UseStreamResult, "text" | "status"> & Partial<UseStreamResult>;

/** A mounted component that uses a hook. */
export interface HookPage {
  /** Each body that was committed to the document, without repetitions. */
  readonly shown: readonly Shown[];
  /** What the hook returned at the last commit. */
  result(): Result;
  /** Renders again, with some arguments changed. */
  rerender(change: Partial<Call>): void;
  unmount(): void;
  /** Waits until a body was shown that fits. */
  until(fits: (body: Shown) => boolean): Promise<void>;
}

interface AnswerProps {
  readonly hook: Hook;
  readonly call: Call;
  readonly onShown: (shown: Shown) => void;
  readonly onResult: (result: Result) => void;
}

function Answer({ hook, call, onShown, onResult }: AnswerProps): ReactNode {
  const { streamId: id } = call;
  const result = hook.useStream(
    api.streaming.getStreamBody,
    call.inlineUrl ? new URL(call.url) : call.url,
    call.driven ?? true,
    id,
    call.inlineHeaders ? { headers: { "X-App": "chat" } } : call.options,
  );
  const { text, status } = result;
  useLayoutEffect(() => onResult(result), [onResult, result]);
  useLayoutEffect(() => onShown({ id, text, status }), [onShown, id, text, status]);
  return text;
}

/** Mounts a component that calls the hook, with real React and Convex's own provider. */
export function mount(
  hook: Hook,
  client: ConvexReactClient,
  first: Call,
  options: { strict?: boolean } = {},
): HookPage {
  const shown: Shown[] = [];
  const onShown = (body: Shown) => void shown.push(body);
  let last: Result = { text: "", status: "pending" };
  const onResult = (result: Result) => {
    last = result;
  };
  const root = createRoot(document.createElement("div"));
  let call = first;
  // Committed at once, with its effects, so that the test's next step comes after it.
  const render = () =>
    flushSync(() => {
      const answer = (
        <ConvexProvider client={client}>
          <Answer hook={hook} call={call} onShown={onShown} onResult={onResult} />
        </ConvexProvider>
      );
      root.render(options.strict ? <StrictMode>{answer}</StrictMode> : answer);
    });
  render();
  onTestFinished(() => root.unmount());

  return {
    shown,
    result: () => last,
    rerender(change) {
      call = { ...call, ...change };
      render();
    },
    unmount: () => root.unmount(),
    async until(fits) {
      const check = () => {
        const { text, status } = shown.at(-1) ?? { text: "", status: "none" };
        if (!shown.some(fits)) expect.fail(`stuck at "${text}", shown ${status}`);
      };
      await vi.waitFor(check, { timeout: hook.patience, interval: 5 });
    },
  };
}
