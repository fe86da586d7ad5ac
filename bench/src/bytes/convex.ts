import { appFolder, modulesBelow, startConvex } from "@twinstream/harness/convex";
import { model } from "@twinstream/harness/convex/app/model";
import { makeFunctionReference } from "convex/server";
import { type Counts, drive, type TextServer } from "./text-server.ts";

const create = makeFunctionReference<"mutation", Record<string, never>, string>("streaming:create");

/** Convex's component in convex-test, behind a stand-in for Convex's socket that Convex's own client connects to. */
export async function convex(): Promise<TextServer> {
  const modules = modulesBelow(appFolder);
  const { backend, url, close } = await startConvex({ modules });
  const port = Number(new URL(url).port);
  const id = await backend.mutation(create, {});
  const counts = { writes: 0, reads: 0 };
  countInto(counts);
  return {
    port,
    id,
    counts,
    generate(tokens) {
      model.answer = async (append) => {
        for await (const token of tokens()) await append(token);
      };
      return drive(port, "/chat-stream", { streamId: id });
    },
    close,
  };
}

interface Runtime {
  readonly asyncSyscall: (name: string, args: string) => Promise<string>;
}

/** Counts the documents that functions read, and their writes, as convex-test runs them. */
function countInto(counts: Counts): void {
  const runtime = (globalThis as unknown as { Convex: Runtime }).Convex;
  const call = Object.getOwnPropertyDescriptor(runtime, "asyncSyscall")!.get!;
  Object.defineProperty(runtime, "asyncSyscall", {
    get: () => async (name: string, args: string) => {
      const result: string = await call.call(runtime)(name, args);
      if (["1.0/insert", "1.0/shallowMerge", "1.0/replace"].includes(name)) counts.writes++;
      if (name === "1.0/get" && result !== "null") counts.reads++;
      if (name === "1.0/queryStreamNext" && !JSON.parse(result).done) counts.reads++;
      return result;
    },
  });
}
