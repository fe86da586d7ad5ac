import { afterAll, describe } from "vitest";
import { storeContract } from "./contract.ts";
import { databases } from "./databases.ts";

// Every store, on its real engine, passes the one suite.
for (const { name, available, start } of databases) {
  describe.skipIf(!available)(name, async () => {
    const database = available ? await start() : undefined;
    afterAll(() => database?.stop());
    storeContract(() => database!.open());
  });
}
