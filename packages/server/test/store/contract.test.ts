import { afterAll, describe } from "vitest";
import { contractTable } from "./contract/table.ts";
import { storeContract } from "./contract.ts";
import { databases } from "./databases.ts";

const names = databases.map(({ name }) => name);
const table = contractTable(names);
afterAll(() => console.log(table.print()));

// Every store, on its real engine, passes the one suite.
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
