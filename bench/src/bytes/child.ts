// Measures one text and its followers in a process of its own, in virtual or in real time.
import { answer } from "../run/child.ts";
import { inVirtualTime } from "../run/virtual-time.ts";
import { type Measured, measureBytes, type Scenario } from "./measure.ts";

/** A request to the process. */
export interface BytesRequest {
  readonly scenario: Scenario;
  readonly time: "virtual" | "real";
}

answer(
  ({ scenario, time }: BytesRequest): Promise<Measured> =>
    time === "virtual" ? inVirtualTime(() => measureBytes(scenario)) : measureBytes(scenario),
);
