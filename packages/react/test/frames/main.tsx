import { createStreamClient, StreamProvider, useStream } from "@twinstream/react";
import { useLayoutEffect } from "react";
import { createRoot } from "react-dom/client";
import type { Recording } from "./recording.ts";

const recording: Recording = { commits: [], siblingRenders: 0, frames: 0 };
Object.assign(window, { recording });

function Answer({ id }: { id: string }) {
  const { text, status } = useStream(id, { driven: true });
  // Without dependencies: it runs at each commit of this component.
  useLayoutEffect(() => {
    recording.commits.push({
      // The same for everything that happens in one frame, timers in between included.
      frame: Number(document.timeline.currentTime),
      at: performance.now(),
      status,
      length: text.length,
    });
  });
  return <p data-status={status}>{text}</p>;
}

function Sibling() {
  recording.siblingRenders += 1;
  return <p>I read no stream.</p>;
}

const client = createStreamClient({ url: "/api/streams" });
createRoot(document.getElementById("app") as HTMLElement).render(
  <StreamProvider client={client}>
    <Answer id={location.hash.slice(1)} />
    <Sibling />
  </StreamProvider>,
);

requestAnimationFrame(function tick() {
  recording.frames += 1;
  requestAnimationFrame(tick);
});
