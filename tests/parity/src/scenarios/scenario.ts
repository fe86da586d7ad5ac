import type { Adapter } from "../adapter.ts";
import type { TestServer } from "../test-server.ts";

/** One behaviour that all bindings share. */
export interface Scenario {
  readonly name: string;
  run(adapter: Adapter, server: TestServer): Promise<void>;
}
