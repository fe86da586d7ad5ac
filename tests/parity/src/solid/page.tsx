/** @jsxImportSource solid-js */
import type { StreamClient } from "@twinstream/core";
import { StreamProvider, useStream } from "@twinstream/solid";
import { createRenderEffect, Index } from "solid-js";
import { attributes, type Controls, type Props, type Shown } from "../adapter.ts";

interface ReaderProps extends Omit<Props, "copies" | "provided"> {
  rendered?: (shown: Shown) => void;
  mounted?: (controls: Controls) => void;
}

function Reader(props: ReaderProps) {
  const stream = useStream(
    () => props.id,
    () => ({ ...props.options() }),
  );
  props.mounted?.({ stop: stream.stop, start: stream.start, retry: stream.retry });
  createRenderEffect(() =>
    props.rendered?.({ id: props.id, text: stream.text(), status: stream.status() }),
  );
  const shown = () =>
    attributes({
      text: stream.text(),
      status: stream.status(),
      error: stream.error(),
      reason: stream.reason(),
      words: "words" in stream ? (stream.words as () => number)() : undefined,
    });
  return (
    <p
      data-status={shown()["data-status"]}
      data-error={shown()["data-error"]}
      data-reason={shown()["data-reason"]}
      data-words={shown()["data-words"]}
    >
      {stream.text()}
    </p>
  );
}

/** The page of a scenario, in Solid. */
export function Page(
  props: ReaderProps & Pick<Props, "copies" | "provided"> & { client: StreamClient },
) {
  const provided = () => props.provided ?? props.client;
  const provider = () => {
    const now = provided();
    return "stream" in now ? { client: now } : now;
  };
  return (
    <StreamProvider {...provider()}>
      <Index each={Array.from({ length: props.copies ?? 1 })}>
        {() => (
          <Reader
            id={props.id}
            options={props.options}
            rendered={props.rendered}
            mounted={props.mounted}
          />
        )}
      </Index>
    </StreamProvider>
  );
}
