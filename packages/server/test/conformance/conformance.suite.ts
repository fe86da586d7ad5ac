import { runConformanceTests } from "@durable-streams/server-conformance-tests";
import { type Served, serve } from "@twinstream/harness/serve";
import { afterAll, beforeAll } from "vitest";
import { localStores } from "../harness/stores.ts";
import { excludedLines } from "./select.ts";
import { conformanceServer } from "./writer.ts";

const options = { baseUrl: "", longPollTimeoutMs: 2000 };
const { store, remove } = localStores.sqlite!();
const server = conformanceServer(store);
let served: Served;

beforeAll(async () => {
  served = await serve(server.handler);
  options.baseUrl = served.url;
});

afterAll(async () => {
  await served.close();
  await server.close();
  remove();
  console.log(`Left out of the suite:\n${excludedLines().join("\n")}`);
});

runConformanceTests(options);
