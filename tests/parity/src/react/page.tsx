import type { StreamClient } from "@twinstream/core";
import { StreamProvider, useStream } from "@twinstream/react";
import { StrictMode } from "react";
import { attributes, type Controls, type Props, type Shown } from "../adapter.ts";

interface ReaderProps extends Omit<Props, "copies" | "provided"> {
  rendered?: (shown: Shown) => void;
  mounted?: (controls: Controls) => void;
}

function Reader({ id, options, rendered, mounted }: ReaderProps) {
  const stream = useStream(id, { ...options() });
  const { text, status, stop, start, retry } = stream;
  rendered?.({ id, text, status });
  mounted?.({ stop, start, retry });
  return <p {...attributes(stream)}>{text}</p>;
}

/** The page of a scenario, in React. */
export function Page(
  props: ReaderProps & Pick<Props, "copies" | "provided"> & { client: StreamClient },
) {
  const { copies = 1, client, provided = client, ...reader } = props;
  return (
    <StrictMode>
      <StreamProvider {...("stream" in provided ? { client: provided } : provided)}>
        {Array.from({ length: copies }, (_, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the copies are all the same
          <Reader key={index} {...reader} />
        ))}
      </StreamProvider>
    </StrictMode>
  );
}
