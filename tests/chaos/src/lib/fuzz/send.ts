import { connect } from "node:net";
import { reset } from "@twinstream/harness/reset";

/** What came back for raw bytes. */
export interface RawAnswer {
  /** The status; 0 where the connection closed without one, -1 where nothing came in time. */
  readonly status: number;
  /** What came, head and all, up to a bound. */
  readonly text: string;
}

const BOUND = 64 * 1024;

/**
 * Sends bytes on a connection of their own and reads until the answer's head is there, and a
 * moment longer for its body; then resets the connection, as a client does that has gone.
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
