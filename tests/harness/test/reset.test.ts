import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { expect, test } from "vitest";
import { reset } from "../src/reset.ts";

/** Calls `act` with a server's socket. Resolves with the errors of both sides when both are closed. */
async function errorsOf(act: (socket: Socket) => void): Promise<string[]> {
  const errors: string[] = [];
  const closed: Promise<unknown>[] = [];
  const listen = (side: string, socket: Socket) => {
    socket.on("error", (error: NodeJS.ErrnoException) => errors.push(`${side} ${error.code}`));
    closed.push(new Promise((resolve) => socket.once("close", resolve)));
  };
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const client = connect((server.address() as AddressInfo).port, "127.0.0.1");
  listen("client", client);
  const [socket] = (await once(server, "connection")) as [Socket];
  listen("server", socket);
  act(socket);
  client.resume();
  await Promise.all(closed);
  server.close();
  return errors;
}

test("reset() resets an open connection", async () => {
  expect(await errorsOf(reset)).toEqual(["client ECONNRESET"]);
});

test("reset() closes a connection that is about to end, and no system call fails", async () => {
  const errors = await errorsOf((socket) => {
    socket.end();
    reset(socket);
  });
  expect(errors.filter((error) => error.startsWith("server"))).toEqual([]);
});
