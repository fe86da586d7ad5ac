// Runs the example without a deployment: its own functions and the component's run in convex-test,
// behind real HTTP and a WebSocket that Convex's own client connects to.
import { join } from "node:path";
import { modulesBelow, startConvex } from "@twinstream/harness/convex";
import { staticFiles } from "@twinstream/harness/static";

const here = import.meta.dirname;
const deployment = await startConvex({
  modules: modulesBelow(join(here, "convex")),
  serve: staticFiles(join(here, "dist")),
  port: Number(process.env.PORT ?? 4323),
});
// The component rethrows the error of a generation where nothing can catch it. Convex logs it.
process.on("unhandledRejection", (error) => console.error("An HTTP action failed:", error));
console.log(`ready ${deployment.url}`);
process.once("SIGINT", () => void deployment.close().then(() => process.exit(0)));
process.once("SIGTERM", () => void deployment.close().then(() => process.exit(0)));
