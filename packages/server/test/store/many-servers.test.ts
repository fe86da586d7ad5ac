import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { databases, type RunningDatabase } from "../harness/databases.ts";
import { type ServerChild, startServer } from "../harness/server-child.ts";
import { piece } from "../harness/server-messages.ts";
import type { StoreAddress } from "../harness/store-address.ts";

const patience = { timeout: 30_000, interval: 20 };
// A busy machine must not end the generations of the servers that live on.
const LEASE_MS = 6_000;
// A server that dies or sleeps must be found out soon.
const VICTIM_LEASE_MS = 1_500;
const textOf = (pieces: number) => Array.from({ length: pieces }, (_, n) => piece(n)).join("");

async function create({ url }: ServerChild): Promise<string> {
  const response = await fetch(url, { method: "POST" });
  expect(response.status).toBe(201);
  return ((await response.json()) as { id: string }).id;
}

const drive = ({ url }: ServerChild, id: string, pieces: number, everyMs: number) =>
  fetch(`${url}/${id}/drive`, { method: "POST", body: JSON.stringify({ pieces, everyMs }) });

const follow = ({ url }: ServerChild, id: string, offset = 0) =>
  fetch(`${url}/${id}?live=text&offset=${String(offset).padStart(16, "0")}`);

/** Reads the stored status and text. */
async function stored({ url }: ServerChild, id: string) {
  const response = await fetch(`${url}/${id}`);
  const bytes = Buffer.from(await response.arrayBuffer());
  return { status: response.headers.get("stream-status"), bytes, text: bytes.toString("utf8") };
}

async function until(server: ServerChild, id: string, status: string) {
  await vi.waitFor(async () => {
    const response = await fetch(`${server.url}/${id}`, { method: "HEAD" });
    expect(response.headers.get("stream-status")).toBe(status);
  }, patience);
  return stored(server, id);
}

/** Reads the body until it ends or the connection breaks. */
async function readAll(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  try {
    for await (const chunk of response.body ?? []) text += decoder.decode(chunk, { stream: true });
  } catch {
    // The server was killed.
  }
  return text;
}

for (const { name, available, shared, start } of databases.filter(({ shared }) => shared)) {
  describe.skipIf(!available || !shared)(`two servers on one ${name}`, { timeout: 60_000 }, () => {
    let database: RunningDatabase;
    let address: StoreAddress;
    let first: ServerChild;
    let second: ServerChild;

    beforeAll(async () => {
      database = await start();
      address = database.address();
      [first, second] = await Promise.all([another(), another()]);
    });
    afterAll(async () => {
      await Promise.all([first?.end(), second?.end()]);
      await database?.stop();
    });
    const another = (leaseMs = LEASE_MS) => startServer({ address, leaseMs });

    /** A third server, which generates a stream and has stored some of it. */
    async function victim() {
      const server = await another(VICTIM_LEASE_MS);
      onTestFinished(() => server.end());
      const id = await create(server);
      const shown = drive(server, id, 10_000, 5).then(readAll, () => "");
      await vi.waitFor(() => expect(server.confirmed(id)).toBeGreaterThan(200), patience);
      return { server, id, shown };
    }

    test("of 200 racing drives one generates, and the text is stored once", async () => {
      const id = await create(first);
      const racing = Array.from({ length: 200 }, (_, n) =>
        drive(n % 2 ? first : second, id, 20, 1).then(async (response) => {
          const text = await response.text();
          return { status: response.status, text };
        }),
      );
      const answers = await Promise.all(racing);
      const won = answers.filter(({ status }) => status === 200);
      expect(won).toHaveLength(1);
      expect(answers.filter(({ status }) => status === 409)).toHaveLength(199);
      expect(won[0]?.text).toBe(textOf(20));
      const events = [...first.events, ...second.events];
      const generated = events.filter((each) => each.event === "generating" && each.id === id);
      expect(generated).toHaveLength(1);
      for (const server of [first, second]) {
        expect(await stored(server, id)).toMatchObject({ status: "done", text: textOf(20) });
      }
    });

    test("one server drives; the other serves followers from the start and from the middle", async () => {
      const id = await create(second);
      const driven = drive(first, id, 60, 10).then((response) => response.text());
      await first.reported("generating", id);
      const followed = follow(second, id).then((response) => response.text());
      await vi.waitFor(() => expect(first.confirmed(id)).toBeGreaterThan(400), patience);
      const middle = Buffer.byteLength(textOf(5));
      const resumed = follow(second, id, middle).then((response) => response.text());
      expect(await driven).toBe(textOf(60));
      expect(await followed).toBe(textOf(60));
      expect(await resumed).toBe(textOf(60).slice(textOf(5).length));
      expect((await stored(second, id)).status).toBe("done");
    });

    test("a stop on the other server reaches the generation, and the text shown so far stays", async () => {
      const id = await create(first);
      const driven = drive(first, id, 10_000, 5).then((response) => response.text());
      await vi.waitFor(() => expect(first.confirmed(id)).toBeGreaterThan(200), patience);
      const asked = performance.now();
      const stopping = fetch(`${second.url}/${id}/stop`, { method: "POST" });
      await first.reported("aborted", id);
      const took = performance.now() - asked;
      expect((await stopping).status).toBe(204);
      const { status, text } = await until(second, id, "stopped");
      expect(text).toBe(await driven);
      expect(textOf(10_000).startsWith(text)).toBe(true);
      expect(status).toBe("stopped");
      console.log(
        `${name}: the generation on one server was aborted ${took.toFixed(0)} ms after the stop on the other`,
      );
    });

    test("both servers see the stop of a pending stream", async () => {
      const id = await create(first);
      expect((await fetch(`${second.url}/${id}/stop`, { method: "POST" })).status).toBe(204);
      expect((await drive(first, id, 1, 1)).status).toBe(409);
      expect(await stored(first, id)).toMatchObject({ status: "stopped", text: "" });
    });

    test("if one is killed in mid-answer, the other reports timeout after its lease, and has every confirmed byte", async () => {
      const { server, id, shown } = await victim();
      const followed = follow(second, id).then((response) => response.text());
      server.signal("SIGKILL");
      await server.end();
      const confirmed = server.confirmed(id);
      const { bytes, text } = await until(second, id, "timeout");
      expect(bytes.length).toBeGreaterThanOrEqual(confirmed);
      expect(textOf(10_000).startsWith(text)).toBe(true);
      expect(await followed).toBe(text);
      expect((await shown).startsWith(text) || text.startsWith(await shown)).toBe(true);
      expect((await drive(first, id, 1, 1)).status).toBe(409);
    });

    test("a server that sleeps past its lease writes nothing once it is awake", async () => {
      const { server, id, shown } = await victim();
      server.signal("SIGSTOP");
      const { text, bytes } = await until(second, id, "timeout");
      server.signal("SIGCONT");
      await server.reported("aborted", id);
      await server.reported("ended", id);
      expect(server.confirmed(id)).toBeLessThanOrEqual(bytes.length);
      const driven = await shown;
      expect(textOf(10_000).startsWith(driven)).toBe(true);
      expect(await stored(second, id)).toMatchObject({ status: "timeout", text });
    });
  });
}
