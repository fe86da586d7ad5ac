// One text and its followers, in a process of their own, whose time may be virtual.
import { answer } from "../lib/child.ts";
import { type Measured, run, type Work } from "./scene.ts";
import { virtually } from "./virtual.ts";

/** What a process is asked. */
export interface BytesRequest {
  readonly work: Work;
  readonly time: "virtual" | "real";
}

answer(
  ({ work, time }: BytesRequest): Promise<Measured> =>
    time === "virtual" ? virtually(() => run(work)) : run(work),
);
