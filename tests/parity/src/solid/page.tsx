/** @jsxImportSource solid-js */
import type { StreamClient } from "@twinstream/core";
import { StreamProvider, useStream } from "@twinstream/solid";
import { createRenderEffect, Index } from "solid-js";
import type { Controls, Props, Shown } from "../adapter.ts";

interface ReaderProps extends Omit<Props, "copies"> {
  rendered?: (shown: Shown) => void;
  mounted?: (controls: Controls) => void;
}

function Reader(props: ReaderProps) {
  const stream = useStream(
    () => props.id,
    () => ({ ...props.options() }),
  );
  props.mounted?.({ stop: stream.stop, start: stream.start });
  createRenderEffect(() =>
    props.rendered?.({ id: props.id, text: stream.text(), status: stream.status() }),
  );
  return <p data-status={stream.status()}>{stream.text()}</p>;
}

/** The page of a scenario, in Solid. */
export function Page(props: ReaderProps & { copies?: number; client: StreamClient }) {
  return (
    <StreamProvider client={props.client}>
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
