import { connect } from "node:net";
import { reset } from "@twinstream/harness/reset";

/** The answer to raw bytes. */
export interface RawAnswer {
  /** The status; 0 if the connection closed without one, -1 if nothing came in time. */
  readonly status: number;
  /** The received text, with its head, up to a bound. */
  readonly text: string;
}

const BOUND = 64 * 1024;

/**
 * Sends bytes on a connection of their own. Reads until the answer's head is there, and a moment longer
 * for its body; then resets the connection, as a client that leaves.
 */
export function send(port: number, bytes: Buffer, patienceMs: number): Promise<RawAnswer> {
  return new Promise((resolve) => {
    let text = "";
    const socket = connect({ port, host: "127.0.0.1" });
    let finished = false;
    const finish = (late: boolean) => {
      if (finished) return;
      finished = true;
      clearTimeout(patience);
      reset(socket);
      const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? (late ? -1 : 0));
      resolve({ status, text });
    };
    const patience = setTimeout(finish, patienceMs, true);
    socket.setEncoding("latin1");
    socket.on("connect", () => socket.write(bytes));
    socket.on("data", (chunk) => {
      // An interim answer is followed by the real one.
      text = (text + chunk).replace(/^HTTP\/1\.1 1\d\d [\s\S]*?\r\n\r\n/, "");
      if (text.includes("\r\n\r\n")) setImmediate(finish, false);
      if (text.length > BOUND) finish(false);
    });
    socket.on("error", () => finish(false));
    socket.on("close", () => finish(false));
  });
}
