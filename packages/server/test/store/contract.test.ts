import { afterAll, describe } from "vitest";
import { databases } from "../harness/databases.ts";
import { contractTable } from "./contract/table.ts";
import { storeContract } from "./contract.ts";

const names = databases.map(({ name }) => name);
const table = contractTable(names);
afterAll(() => console.log(table.print()));

// Every store passes the same suite, on its real engine.
for (const { name, available, start } of databases) {
  describe.skipIf(!available)(name, async () => {
    const database = available ? await start() : undefined;
    afterAll(() => database?.stop());
    storeContract(
      () => database!.open(),
      (test) => table.ran(name, test),
    );
  });
}
