// A server of its own process, for tests of many: `node --import …/sources.ts server-process.ts '{…}'`.
// It reports what happens as lines of JSON.
import { serve } from "@twinstream/harness/serve";
import { anyoneWithId, createStreamServer, type Store } from "../../src/index.ts";
import { piece, type ServerEvent, type ServerOptions } from "./server-messages.ts";
import { openStore } from "./store-address.ts";

const options: ServerOptions = JSON.parse(process.argv[2] ?? "");
const report = (event: ServerEvent) => console.log(JSON.stringify(event));

const store = await openStore(options.address);
const reporting: Store = {
  ...store,
  async append(id, append) {
    const result = await store.append(id, append);
    const length = append.offset + append.bytes.length;
    if (result.state === "ok") report({ event: "confirmed", id, length });
    return result;
  },
};

const streams = createStreamServer({
  store: reporting,
  authorize: anyoneWithId(),
  leaseMs: options.leaseMs,
  onError: (error) => console.error(error),
  async generate({ id, input, append, signal }) {
    const { pieces, everyMs } = input as { pieces: number; everyMs: number };
    report({ event: "generating", id });
    signal.addEventListener("abort", () => report({ event: "aborted", id }));
    try {
      for (let n = 0; n < pieces; n++) {
        await append(piece(n));
        await new Promise((resolve) => setTimeout(resolve, everyMs));
      }
    } finally {
      report({ event: "ended", id });
    }
  },
});
const served = await serve((request) => streams.handler(request));
report({ event: "listening", url: `${served.url}/api/streams` });

// The test process holds the other end: when that one goes, so does this one.
process.stdin.on("end", () => process.exit(0)).resume();
