import type { Socket } from "node:net";

/**
 * Resets a connection, as a crash or a firewall does. Closes a connection that is about to end instead:
 * the system refuses to reset it, and a Node process with such a socket would never exit.
 */
export function reset(socket: Socket): void {
  if (socket.writableEnded && !socket.writableFinished) socket.destroy();
  else socket.resetAndDestroy();
}
