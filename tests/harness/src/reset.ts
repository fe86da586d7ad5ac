import type { Socket } from "node:net";

/**
 * Resets a connection, as a crash or a firewall does. One that is just being ended is closed instead:
 * the system refuses to reset it, and a Node process with such a socket would never exit.
 */
export function reset(socket: Socket): void {
  if (socket.writableEnded && !socket.writableFinished) socket.destroy();
  else socket.resetAndDestroy();
}
