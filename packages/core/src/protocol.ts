/**
 * The words that client and server share: statuses, offsets and header names.
 * Pure, and without imports, so that the server can inline it.
 * @module
 */

export { HEADERS } from "./lib/protocol/headers.ts";
export { formatOffset, parseOffset } from "./lib/protocol/offset.ts";
export {
  type ActiveStatus,
  isActive,
  isTerminal,
  type StreamStatus,
  type TerminalStatus,
} from "./lib/protocol/status.ts";
