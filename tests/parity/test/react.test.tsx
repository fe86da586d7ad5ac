import { StreamProvider, useStream } from "@twinstream/react";
import { StrictMode, Suspense, startTransition, use, useState } from "react";
import { flushSync } from "react-dom";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { capitals } from "../src/capitals.ts";
import { until } from "../src/mounted-page.ts";
import { startTestServer, type TestServer } from "../src/test-server.ts";

let server: TestServer;
let target: HTMLElement;
let root: Root;

beforeEach(() => {
  server = startTestServer();
  target = document.body.appendChild(document.createElement("main"));
  root = createRoot(target);
});
afterEach(async () => {
  root.unmount();
  target.remove();
  await server.close();
});

const drives = (id: string) => server.sent("POST", `/${id}/drive`);

function Answer({ id, after }: { id: string; after?: Promise<string> }) {
  const { text, status } = useStream(id, { driven: true });
  const more = after ? use(after) : "";
  return <p data-status={status}>{text + more}</p>;
}

test("a provider with an inline url and headers makes one client, and sends the latest headers", async () => {
  const id = await server.create();
  function App() {
    const [turn, setTurn] = useState(0);
    return (
      <StreamProvider
        client={undefined}
        url={new URL(server.url)}
        headers={{ authorization: `turn ${turn}` }}
      >
        <button type="button" onClick={() => setTurn(turn + 1)}>
          Turn
        </button>
        <Answer id={id} />
      </StreamProvider>
    );
  }
  flushSync(() =>
    root.render(
      <StrictMode>
        <App />
      </StrictMode>,
    ),
  );
  server.write(id, "One, ");
  await until(() => expect(target.textContent).toContain("One, "));
  flushSync(() => target.querySelector("button")?.click());
  server.write(id, "two.");
  server.finish(id);
  await until(() => expect(target.querySelector("p")?.dataset.status).toBe("done"));
  expect(target.querySelector("p")?.textContent).toBe("One, two.");
  expect(drives(id).map(({ headers }) => headers.get("authorization"))).toEqual(["turn 0"]);
  // The request after the change has the new headers.
  expect(server.sent("GET", id).at(-1)?.headers.get("authorization")).toBe("turn 1");
});

test("a component that suspends after it read the stream sends one request", async () => {
  const id = await server.create();
  let release = (_: string) => {};
  const after = new Promise<string>((resolve) => {
    release = resolve;
  });
  flushSync(() =>
    root.render(
      <StrictMode>
        <StreamProvider client={server.client()}>
          <Suspense fallback="waiting">
            <Answer id={id} after={after} />
          </Suspense>
        </StreamProvider>
      </StrictMode>,
    ),
  );
  expect(target.textContent).toBe("waiting");
  // A discarded render started nothing.
  expect(drives(id)).toHaveLength(0);
  release("!");
  server.write(id, "Text");
  server.finish(id);
  await until(() => expect(target.textContent).toBe("Text!"));
  expect(drives(id)).toHaveLength(1);
});

test("a render that suspends leaves nothing of its view", async () => {
  const id = await server.create();
  let release = (_: string) => {};
  const after = new Promise<string>((resolve) => {
    release = resolve;
  });
  const client = server.client();
  function Viewed() {
    const { text } = useStream(id, { driven: true, view: capitals, client });
    return <p>{text + use(after)}</p>;
  }
  flushSync(() =>
    root.render(
      <Suspense fallback="waiting">
        <Viewed />
      </Suspense>,
    ),
  );
  expect(target.textContent).toBe("waiting");
  // Were the view mounted on the stream, the stream would be driven after this turn.
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(server.sent(id)).toEqual([]);
  expect(client.stream(id).$body).toMatchObject({ lc: 0 });
  release("!");
  server.write(id, "text");
  server.finish(id);
  await until(() => expect(target.textContent).toBe("TEXT!"));
  expect(drives(id)).toHaveLength(1);
});

test("a result is the same object until something changes", async () => {
  const id = await server.create();
  const seen: unknown[] = [];
  let again = () => {};
  const client = server.client();
  function Reader() {
    const [, setTurn] = useState(0);
    again = () => setTurn((turn) => turn + 1);
    const result = useStream(id, {
      initial: { text: "so far", status: "done" },
      view: ($body) => capitals($body),
      client,
    });
    seen.push(result);
    return <p>{result.text}</p>;
  }
  flushSync(() => root.render(<Reader />));
  flushSync(() => again());
  flushSync(() => again());
  expect(target.textContent).toBe("SO FAR");
  expect(new Set(seen).size).toBe(1);
  expect(seen.length).toBeGreaterThan(2);
});

test("a change of id in a transition shows each id's own text only", async () => {
  const [first, second] = [await server.create(), await server.create()];
  const seen: string[] = [];
  let change = (_: string) => {};
  function Pair() {
    const [id, setId] = useState(first);
    change = (next) => startTransition(() => setId(next));
    const a = useStream(id, { driven: true });
    const b = useStream(id);
    seen.push(`${id === first ? "first" : "second"}: ${a.text} | ${b.text}`);
    return <p data-status={a.status}>{a.text}</p>;
  }
  const client = server.client();
  root.render(
    <StreamProvider client={client}>
      <Pair />
    </StreamProvider>,
  );
  server.write(first, "apples");
  await until(() => expect(target.textContent).toBe("apples"));
  change(second);
  server.write(first, " and pears");
  server.write(second, "bananas");
  server.finish(second);
  await until(() => expect(target.querySelector("p")?.dataset.status).toBe("done"));
  for (const line of seen) {
    expect(line).toMatch(/^(first: (apples.*)? \| (apples.*)?|second: (bananas)? \| (bananas)?)$/);
    // Two readers in one render never show two states.
    const [a, b] = line.slice(line.indexOf(":") + 2).split(" | ");
    expect(a).toBe(b);
  }
});

test.each([
  ["", 1],
  ["in StrictMode, which renders twice, ", 2],
])("%s300 finished messages render once each, and send nothing", async (_, each) => {
  const ids = Array.from({ length: 300 }, (_, index) => `finished-${index}`);
  const errors: unknown[] = [];
  const error = vi.spyOn(console, "error").mockImplementation((...args) => errors.push(args));
  const renders = new Map<string, number>();
  const bodies = new Map<string, Set<unknown>>();
  const client = server.client();
  function Message({ id }: { id: string }) {
    const initial = { text: `Answer of ${id}.`, status: "done" } as const;
    const { text } = useStream(id, { initial });
    renders.set(id, (renders.get(id) ?? 0) + 1);
    const seen = bodies.get(id) ?? new Set();
    bodies.set(id, seen.add(client.stream(id, { initial }).snapshot()));
    return <p>{text}</p>;
  }
  const page = (
    <StreamProvider client={client}>
      {ids.map((id) => (
        <Message key={id} id={id} />
      ))}
    </StreamProvider>
  );
  flushSync(() => root.render(each === 2 ? <StrictMode>{page}</StrictMode> : page));
  await until(() => expect(target.querySelectorAll("p")).toHaveLength(300));
  // Effects, and what they may set off.
  await new Promise((resolve) => setTimeout(resolve));
  expect(new Set(renders.values())).toEqual(new Set([each]));
  for (const seen of bodies.values()) expect(seen.size).toBe(1);
  expect(target.lastElementChild?.textContent).toBe("Answer of finished-299.");
  expect(ids.flatMap((id) => server.sent("GET", id))).toEqual([]);
  expect(errors).toEqual([]);
  error.mockRestore();
});
