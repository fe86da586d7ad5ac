import type { Edit, Patches } from "../patch.ts";

const inFile =
  (file: string) =>
  (from: string, to: string): Edit => ({ file: `src/lib/sources/${file}`, from, to });
const inLongPoll = inFile("durable-streams/follow-long-poll.ts");
const inPoll = inFile("durable-streams/follow-poll.ts");
const inSse = inFile("durable-streams/follow-sse.ts");
const inPolling = inFile("polling.ts");
const inPollSource = inFile("poll-source.ts");
const inFollowAsync = inFile("follow-async.ts");
const inSubscribe = inFile("subscribe-source.ts");

/** Mutations of the sources, which report nothing once their reader has left. */
export const sources: Patches = {
  "long-poll, poll: an answer that is there when its reader leaves is reported": [
    [inLongPoll("    if (signal.aborted) return;\n", "")],
    [inPoll("      if (request.signal.aborted) return { changed: false, ended: true };\n", "")],
  ],
  "`pollSource`: an answer that is there, or comes, when its reader has left is reported": [
    [inPollSource("if (request.signal.aborted || !update)", "if (!update)")],
  ],
  "poll: a function is asked once more after a pause in which its reader left": [
    [inPolling("    if (request.signal.aborted) return;\n", "")],
  ],
  "sse: events that are there when its reader leaves are reported": [
    [
      inSse(
        "if (signal.aborted || (await report(delta, control)))",
        "if (await report(delta, control))",
      ),
    ],
  ],
  "sse: the plain read for events that are there when its reader leaves is reported": [
    [inSse("      if (signal.aborted) return true;\n", "")],
  ],
  "all: the request that is given up is reported as an error": [
    [inFollowAsync("if (!request.signal.aborted) sink.error(error);", "sink.error(error);")],
  ],
  "`subscribeSource`: a subscription that goes on after its reader left, or after its own end, is reported":
    [
      [inSubscribe("          if (!open) return;\n          try {", "          try {")],
      [
        inSubscribe(
          "          if (!open) return;\n          close();\n          sink.error(error);",
          "          close();\n          sink.error(error);",
        ),
      ],
      [
        inSubscribe(
          "          if (!open) return;\n          close();\n          sink.end();",
          "          close();\n          sink.end();",
        ),
      ],
    ],
  "`subscribeSource`: it is not ended when its reader leaves": [
    [inSubscribe('      signal.addEventListener("abort", close);\n', "")],
  ],
  "`subscribeSource`: it is not ended if it was made too late": [
    [inSubscribe("        if (!open) close();\n", "")],
  ],
  "long-poll: asks on when its reader has left": [
    [inLongPoll("while (!signal.aborted)", "while (true)")],
  ],
  "poll: does not look for a reader that left while it asked": [
    [inPolling("if (ended || request.signal.aborted) return;", "if (ended) return;")],
  ],
};
