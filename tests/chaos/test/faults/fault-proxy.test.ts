import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Fault } from "../../src/lib/faults/fault.ts";
import {
  type FaultProxy,
  type ProxiedRequest,
  startProxy,
} from "../../src/lib/faults/fault-proxy.ts";

const text = "0123456789".repeat(20);
let server: Server;
let requests: string[];
let fault: Fault;
let passages: ProxiedRequest[];
let proxy: FaultProxy;

beforeEach(async () => {
  requests = [];
  passages = [];
  fault = { kind: "none" };
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      requests.push(`${request.method} ${request.url} ${body}`);
      response.writeHead(200, { "stream-status": "done" });
      response.write(text.slice(0, 100));
      setTimeout(() => response.end(text.slice(100)), 20);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  proxy = await startProxy({
    upstream: () => port,
    fault: () => fault,
    onRequest: (proxied) => {
      passages.push(proxied);
      return undefined;
    },
  });
});

afterEach(async () => {
  await proxy.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** A client's answer, and how it ended. */
async function ask(): Promise<{ status?: number; body: string; end: "clean" | "broken" }> {
  let body = "";
  let status: number | undefined;
  try {
    const response = await fetch(`${proxy.url}/path`, { method: "POST", body: "question" });
    status = response.status;
    const decoder = new TextDecoder();
    for await (const chunk of response.body!) body += decoder.decode(chunk, { stream: true });
    return { status, body, end: "clean" };
  } catch {
    return { status, body, end: "broken" };
  }
}

test("without a fault the proxy changes nothing", async () => {
  expect(await ask()).toEqual({ status: 200, body: text, end: "clean" });
  expect(requests).toEqual(["POST /path question"]);
  expect(passages).toMatchObject([
    { passed: true, answer: { status: 200, headers: { "stream-status": "done" } } },
  ]);
});

test.each<[Fault, { status?: number; body: string; end: string }, requests: number]>([
  [{ kind: "delay", ms: 5 }, { status: 200, body: text, end: "clean" }, 1],
  [{ kind: "refuse" }, { body: "", end: "broken" }, 0],
  [{ kind: "swallow" }, { body: "", end: "broken" }, 1],
  [{ kind: "cut", after: 120 }, { status: 200, body: text.slice(0, 120), end: "broken" }, 1],
  [{ kind: "clean-end", after: 7 }, { status: 200, body: text.slice(0, 7), end: "clean" }, 1],
  [{ kind: "trickle", bytes: 30, ms: 1 }, { status: 200, body: text, end: "clean" }, 1],
  [{ kind: "buffer" }, { status: 200, body: text, end: "clean" }, 1],
  [{ kind: "twice" }, { status: 200, body: text, end: "clean" }, 1],
  [{ kind: "repeat" }, { status: 200, body: text, end: "clean" }, 2],
])("%j", async (kind, outcome, reached) => {
  fault = kind;
  const got = await ask();
  expect({ status: undefined, ...got }).toEqual({ status: undefined, ...outcome });
  expect(requests).toHaveLength(reached);
});

test("a reset sends nothing after its byte", async () => {
  fault = { kind: "reset", after: 50 };
  const got = await ask();
  expect(got.end).toBe("broken");
  expect(text.slice(0, 50).startsWith(got.body)).toBe(true);
});

test("a stall sends the bytes before it, and then nothing until resetAll()", async () => {
  fault = { kind: "stall", after: 50 };
  const response = await fetch(proxy.url);
  const reader = response.body!.getReader();
  const first = await reader.read();
  expect(new TextDecoder().decode(first.value)).toBe(text.slice(0, 50));
  const next = reader.read().catch(() => "reset");
  expect(await Promise.race([next, new Promise((r) => setTimeout(r, 200, "silence"))])).toBe(
    "silence",
  );
  proxy.resetAll();
  expect(await next).toBe("reset");
});

test("after calm() a trickling answer flows, and requests pass", async () => {
  fault = { kind: "trickle", bytes: 1, ms: 1_000_000 };
  const response = await fetch(proxy.url);
  const reader = response.body!.getReader();
  expect((await reader.read()).value).toHaveLength(1);
  void reader.cancel();
  proxy.calm();
  expect(await ask()).toEqual({ status: 200, body: text, end: "clean" });
});

test("the status fault answers with its status and Retry-After", async () => {
  fault = { kind: "status", status: 503, retryAfter: 1 };
  const response = await fetch(proxy.url);
  expect([response.status, response.headers.get("retry-after")]).toEqual([503, "1"]);
  expect(requests).toEqual([]);
  expect(passages[0]?.passed).toBe(false);
});

test("the half-close fault ends the request's side, and the server may still answer", async () => {
  fault = { kind: "half-close" };
  await ask();
  expect(requests).toEqual(["POST /path question"]);
});
