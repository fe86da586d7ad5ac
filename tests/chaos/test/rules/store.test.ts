import { storeRules } from "../../src/lib/rules/store.ts";
import { append, breakEach, died, final, good, historyOf, observed, without } from "./histories.ts";

breakEach(storeRules, [
  [
    "keeps-what-it-confirmed",
    "a confirmed flush that is lost",
    historyOf([...died, append(302, 5, "流。")]),
  ],
  [
    "keeps-what-it-confirmed",
    "a close that is forgotten",
    historyOf([...without("final"), final({ status: "timeout" })]),
  ],
  ["stores-the-truth", "a stream that is gone", historyOf(without("final"))],
  [
    "stores-the-truth",
    "half a character",
    historyOf([...without("final"), final({ whole: false })]),
  ],
  [
    "stores-the-truth",
    "a text that was not generated",
    historyOf([...without("final"), final({ text: "Hé! 流。 Enx" })]),
  ],
  [
    "stores-the-truth",
    "done with half of the text",
    historyOf([...without("final"), final({ text: "Hé! " })]),
  ],
  [
    "stores-whole-flushes",
    "half a flush",
    historyOf([...died.slice(0, -1), final({ t: 1_500, status: "timeout", text: "Hé! 流" })]),
  ],
  ["stores-whole-flushes", "a flush that overlaps", historyOf([...good, append(350, 4, " ")])],
  [
    "generates-once",
    "two generations",
    historyOf([...good, { kind: "generated", t: 9, server: "b", stream: "s" }]),
  ],
  [
    "terminal-is-final",
    "a stopped stream that gets text",
    historyOf([...good, observed(100, "stopped", 5)]),
  ],
  [
    "terminal-is-final",
    "a producer that writes after it lost its lease",
    historyOf([...died, append(1_250, 5, "流。")]),
  ],
  [
    "terminal-is-final",
    "a stream that continues after its timeout",
    historyOf([...good, observed(350, "timeout", 5)]),
  ],
  [
    "writes-under-its-claim",
    "two writers",
    historyOf([...good, append(350, 5, "流", { server: "b" })]),
  ],
  [
    "writes-under-its-claim",
    "two claims",
    historyOf([
      ...good,
      { kind: "claim", t: 9, ended: 10, outcome: "ok", server: "b", stream: "s" },
    ]),
  ],
  [
    "never-crashes",
    "a server that ends by itself",
    historyOf([...good, { kind: "crash", t: 9, server: "a", output: "Error" }]),
  ],
]);
