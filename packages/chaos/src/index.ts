export { hasEngine } from "./lib/arena.ts";
export { check, type Violation } from "./lib/checker.ts";
export { fuzzHttp } from "./lib/fuzz/http.ts";
export { type History, loadHistory, saveHistory } from "./lib/history.ts";
export { report, verdict } from "./lib/report.ts";
export { type RunsOptions, type RunsResult, runs } from "./lib/runs.ts";
export { type StoreName, storeNames } from "./lib/schedule.ts";
export type { Tally } from "./lib/tally.ts";
