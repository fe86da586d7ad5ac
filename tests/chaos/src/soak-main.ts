// Uses a server for minutes on end, and looks at what it and its clients hold in the end:
//   npm run soak -- --minutes 30 [--store sqlite|postgres|redis]
import { parseArgs } from "node:util";
import "@twinstream/harness/sources";
import { close } from "@twinstream/harness/counts";

const { hasEngine, soak, storeNames } = await import("./index.ts");

// Exit by `process.exit`, so that the servers that it started end with it.
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(1));

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "2" },
    store: { type: "string", default: "sqlite" },
  },
});

const minutes = Number(values.minutes);
if (!(minutes > 0)) {
  console.error(`--minutes must be a number above 0, not ${JSON.stringify(values.minutes)}.`);
  process.exit(2);
}
const store = storeNames.find((name) => name === values.store);
if (!store || !hasEngine(store)) {
  const what = store ? "is not on this machine" : "is no store";
  console.error(`${values.store} ${what}. There are: ${storeNames.filter(hasEngine).join(", ")}.`);
  process.exit(2);
}

close(await soak(minutes, store));
