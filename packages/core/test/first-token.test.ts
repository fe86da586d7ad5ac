import { expect, test } from "vitest";
import { createStreamClient, newStreamId } from "../src/index.ts";
import { Clock, Page, settle } from "./proof/clock.ts";

/** How long a request is on its way, and so is its answer. */
const EACH_WAY_MS = 80;

const encoder = new TextEncoder();

/** A page, and a server that is far away from it: its answers begin as soon as they are asked for. */
function distant() {
  const clock = new Clock();
  const page = new Page("page", clock);
  const requests: string[] = [];
  const made = new Set<string>();
  const answer = (method: string, { pathname, searchParams }: URL): Response => {
    const [id = "", action] = pathname.split("/").slice(2);
    if (id === "" && method === "POST") {
      made.add("made");
      return Response.json({ id: "made" }, { status: 201 });
    }
    if (searchParams.get("create") === "1") made.add(id);
    if (action !== "drive" || !made.has(id)) return new Response(null, { status: 404 });
    // The answer goes on: only its first token has been generated.
    const text = new ReadableStream({ start: (body) => body.enqueue(encoder.encode("Hello")) });
    return new Response(text, { headers: { "Stream-Status": "streaming" } });
  };
  const later = () => new Promise<void>((resolve) => page.platform.after(EACH_WAY_MS, resolve));
  const client = createStreamClient({
    url: "http://server/streams",
    platform: page.platform,
    throttleMs: 0,
    async fetch(input, init) {
      const url = new URL(String(input));
      requests.push(`${init?.method ?? "GET"} ${url.pathname}${url.search}`);
      await later();
      const response = answer(init?.method ?? "GET", url);
      await later();
      return response;
    },
  });
  return { clock, page, client, requests };
}

type Distant = ReturnType<typeof distant>;

/** Reads a driven stream; returns the time of its first text, from the question on. */
async function firstToken(
  { clock, page, client }: Distant,
  idOf: () => Promise<string>,
  create: boolean,
): Promise<number | undefined> {
  let first: number | undefined;
  const asked = clock.now;
  page.run(async () => {
    const stream = client.stream(await idOf(), { driven: true, create, input: "Hello?" });
    stream.subscribe(({ text }) => {
      if (text) first ??= clock.now - asked;
    });
  });
  await settle();
  await clock.pass(1000);
  return first;
}

test("a drive that creates its stream is one request, and shows its first token a round trip sooner", async () => {
  const one = distant();
  const id = newStreamId();
  expect(await firstToken(one, async () => id, true)).toBe(2 * EACH_WAY_MS);
  expect(one.requests).toEqual([`POST /streams/${id}/drive?create=1`]);

  const two = distant();
  expect(await firstToken(two, () => two.client.create(), false)).toBe(4 * EACH_WAY_MS);
  expect(two.requests).toEqual(["POST /streams", "POST /streams/made/drive"]);
});
