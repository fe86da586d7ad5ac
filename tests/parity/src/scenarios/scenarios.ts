import { clients } from "./clients.ts";
import { ends } from "./ends.ts";
import { reading } from "./reading.ts";
import type { Scenario } from "./scenario.ts";
import { views } from "./views.ts";

/** The scenarios. A binding is equal to the others if it passes them all. */
export const scenarios: readonly Scenario[] = [...reading, ...ends, ...clients, ...views];
