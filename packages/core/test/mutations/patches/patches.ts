import type { Patches } from "../patch.ts";
import { client } from "./client.ts";
import { machine } from "./machine.ts";
import { merge } from "./merge.ts";
import { sources } from "./sources.ts";
import { tabs } from "./tabs.ts";

/** Every mutation of SPEC.md, by the name that it has there. */
export const patches: Patches = { ...merge, ...client, ...machine, ...sources, ...tabs };
