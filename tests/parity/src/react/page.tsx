import type { StreamClient } from "@twinstream/core";
import { StreamProvider, useStream } from "@twinstream/react";
import { StrictMode } from "react";
import type { Controls, Props, Shown } from "../adapter.ts";

interface ReaderProps extends Omit<Props, "copies"> {
  rendered?: (shown: Shown) => void;
  mounted?: (controls: Controls) => void;
}

function Reader({ id, options, rendered, mounted }: ReaderProps) {
  const { text, status, stop, start } = useStream(id, { ...options() });
  rendered?.({ id, text, status });
  mounted?.({ stop, start });
  return <p data-status={status}>{text}</p>;
}

/** The page of a scenario, in React. */
export function Page(props: ReaderProps & { copies?: number; client: StreamClient }) {
  const { copies = 1, client, ...reader } = props;
  return (
    <StrictMode>
      <StreamProvider client={client}>
        {Array.from({ length: copies }, (_, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the copies are all the same
          <Reader key={index} {...reader} />
        ))}
      </StreamProvider>
    </StrictMode>
  );
}
