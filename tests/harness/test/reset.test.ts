import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { expect, test } from "vitest";
import { reset } from "../src/reset.ts";

/** Does something with a server's socket; resolves with the errors on both sides once both are closed. */
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

test("a connection is reset", async () => {
  expect(await errorsOf(reset)).toEqual(["client ECONNRESET"]);
});

test("one that is just being ended is closed, and no system call fails", async () => {
  const errors = await errorsOf((socket) => {
    socket.end();
    reset(socket);
  });
  expect(errors.filter((error) => error.startsWith("server"))).toEqual([]);
});
