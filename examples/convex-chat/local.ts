// Runs the example without a deployment: its Convex functions and the component's in convex-test,
// behind real HTTP and a WebSocket that Convex's own client connects to.
import { join } from "node:path";
import { modulesBelow, startConvex } from "@twinstream/testing/convex";
import { staticFiles } from "@twinstream/testing/static";

const here = import.meta.dirname;
const deployment = await startConvex({
  modules: modulesBelow(join(here, "convex")),
  serve: staticFiles(join(here, "dist")),
  port: Number(process.env.PORT ?? 4323),
});
console.log(`ready ${deployment.url}`);
process.once("SIGINT", () => void deployment.close().then(() => process.exit(0)));
process.once("SIGTERM", () => void deployment.close().then(() => process.exit(0)));
