import fc from "fast-check";

/** A request as raw bytes: nothing about it needs to make sense. */
export interface FuzzRequest {
  readonly method: string;
  /** `{0}` to `{9}` stand for the ids of existing streams. */
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
  /** How the head announces the body. `lie` announces more bytes than are sent. */
  readonly framing: "length" | "chunked" | "none" | "lie" | "broken chunks";
}

const text = (value: string) => new TextEncoder().encode(value);
const visible = (max: number) =>
  fc.string({
    unit: fc.integer({ min: 0x21, max: 0x7e }).map((c) => String.fromCharCode(c)),
    maxLength: max,
  });

const method = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom("GET", "GET", "GET", "POST", "POST", "HEAD") },
  { weight: 2, arbitrary: fc.constantFrom("DELETE", "OPTIONS") },
  {
    weight: 2,
    arbitrary: fc.constantFrom("PUT", "PATCH", "TRACE", "PROPFIND", "QUERY", "get", ""),
  },
);

const id = fc.oneof(
  { weight: 16, arbitrary: fc.integer({ min: 0, max: 9 }).map((index) => `{${index}}`) },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      "__proto__",
      "constructor",
      "toString",
      "..",
      ".",
      "%2e%2e",
      "%2F",
      "%00",
      "%",
      "%zz",
      "%ff%fe",
      "%F0%9F%98%80",
      "%ED%A0%80",
      "drive",
      "stop",
      "null",
      "undefined",
      "-1",
      "0",
      "a".repeat(500),
      "a".repeat(9_000),
      "'; drop table streams; --".replaceAll(" ", "%20"),
      "*",
      "{0}%0a",
    ),
  },
  { weight: 2, arbitrary: visible(40) },
);

const path = fc.oneof(
  {
    weight: 10,
    arbitrary: fc
      .tuple(id, fc.constantFrom("", "", "", "/drive", "/stop"))
      .map(([i, rest]) => `/api/streams/${i}${rest}`),
  },
  { weight: 2, arbitrary: fc.tuple(id, id).map((parts) => `/api/streams/${parts.join("/")}`) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      "/api/streams",
      "/api/streams/",
      "/api/streams//",
      "/api/streams//drive",
      "/api/streams/{0}/",
      "/api/streams/{0}/drive/",
      "/api/streams/{0}/drive/drive",
      "/api/streamsx/{0}",
      "/API/STREAMS/{0}",
      "/",
      "",
      "*",
      "//",
      "/api/../api/streams/{0}",
      "http://other.example/api/streams/{0}",
      "/api/streams/{0}#x",
      "?",
      "/\\",
    ),
  },
);

const offset = fc
  .oneof(
    {
      weight: 4,
      arbitrary: fc.integer({ min: 0, max: 3_000 }).map((n) => String(n).padStart(16, "0")),
    },
    {
      weight: 3,
      arbitrary: fc.constantFrom(
        "-1",
        "now",
        "",
        "-2",
        "0",
        "1e9",
        "NaN",
        "Infinity",
        "9007199254740992",
        "9".repeat(40),
        "0x10",
        "+1",
        "%00",
        "1.5",
        " 1",
        "١",
      ),
    },
    { weight: 1, arbitrary: visible(30) },
  )
  .map((value) => `offset=${value}`);

const query = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: offset },
    {
      weight: 4,
      arbitrary: fc
        .constantFrom("text", "sse", "long-poll", "poll", "", "TEXT", "true", "sse,text", "%ff")
        .map((live) => `live=${live}`),
    },
    {
      weight: 1,
      arbitrary: fc.oneof(fc.nat().map(String), visible(20)).map((value) => `cursor=${value}`),
    },
    { weight: 1, arbitrary: visible(20) },
  ),
  { maxLength: 4 },
);

const header = fc.oneof(
  fc.tuple(
    fc.constant("content-type"),
    fc.constantFrom(
      "application/json",
      "text/plain",
      "application/json; charset=utf-16",
      "multipart/form-data",
      "",
      "💥",
      "application/octet-stream",
    ),
  ),
  fc.tuple(
    fc.constantFrom("if-none-match", "if-match", "etag"),
    fc.oneof(fc.constantFrom("*", '""', 'W/"x"', '"'), visible(40)),
  ),
  fc.tuple(
    fc.constant("accept"),
    fc.constantFrom("text/event-stream", "application/json", "*/*", ""),
  ),
  fc.tuple(fc.constant("content-encoding"), fc.constantFrom("gzip", "br", "zstd", "x")),
  fc.tuple(fc.constant("expect"), fc.constantFrom("100-continue", "x")),
  fc.tuple(
    fc.constant("origin"),
    fc.oneof(fc.constantFrom("null", "https://evil.example", "::"), visible(20)),
  ),
  fc.tuple(fc.constant("range"), fc.constantFrom("bytes=0-", "bytes=-1", "bytes=9-1", "x")),
  fc.tuple(
    fc.constantFrom(
      "last-event-id",
      "stream-status",
      "stream-next-offset",
      "access-control-request-method",
      "access-control-request-headers",
      "authorization",
      "cookie",
      "x-forwarded-host",
      "upgrade",
      "connection",
    ),
    fc.oneof(visible(30), fc.constant("a".repeat(4_000))),
  ),
  fc.tuple(fc.constantFrom("x-long"), fc.constant("a".repeat(20_000))),
);

const answer = fc.record({
  seed: fc.nat(),
  length: fc.constantFrom(0, 5, 200),
  pace: fc.constantFrom(0, 1),
});

const body = fc.oneof(
  { weight: 4, arbitrary: answer.map((input) => text(JSON.stringify(input))) },
  { weight: 3, arbitrary: fc.constant(new Uint8Array()) },
  { weight: 2, arbitrary: fc.json().map(text) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(
        "null",
        "[",
        '{"seed":',
        "[".repeat(20_000),
        '{"__proto__":{"length":1}}',
        '"\ud800"',
        "\ufeff{}",
        `{"length":1e999}`,
        `"${"x".repeat(30_000)}"`,
      )
      .map(text),
  },
);

/** Requests of every shape: valid, almost valid, and nonsense. */
export const fuzzRequests: fc.Arbitrary<FuzzRequest> = fc.record({
  method,
  target: fc.tuple(path, query).map(([p, q]) => (q.length > 0 ? `${p}?${q.join("&")}` : p)),
  headers: fc.oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(header, { maxLength: 3 }) },
  ),
  body,
  framing: fc.oneof(
    { weight: 60, arbitrary: fc.constant("length" as const) },
    { weight: 20, arbitrary: fc.constantFrom("chunked" as const, "none" as const) },
    { weight: 2, arbitrary: fc.constantFrom("lie" as const, "broken chunks" as const) },
  ),
});

/** Encodes a request to bytes. */
export function encodeRequest(request: FuzzRequest, ids: readonly string[]): Buffer {
  const target = request.target.replace(/\{(\d)\}/g, (_, index) => ids[Number(index)] ?? "none");
  const { length } = request.body;
  const framing = {
    length: length > 0 ? `content-length: ${length}\r\n` : "",
    chunked: "transfer-encoding: chunked\r\n",
    none: "",
    lie: `content-length: ${length + 10}\r\n`,
    "broken chunks": "transfer-encoding: chunked\r\n",
  }[request.framing];
  const lines = request.headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const head = `${request.method} ${target} HTTP/1.1\r\nhost: localhost\r\n${lines}${framing}\r\n`;
  const parts: Uint8Array[] = [Buffer.from(head)];
  if (request.framing === "chunked") {
    if (length > 0) parts.push(text(`${length.toString(16)}\r\n`), request.body, text("\r\n"));
    parts.push(text("0\r\n\r\n"));
  } else if (request.framing === "broken chunks") {
    parts.push(text("zz\r\n"), request.body);
  } else {
    parts.push(request.body);
  }
  return Buffer.concat(parts);
}
