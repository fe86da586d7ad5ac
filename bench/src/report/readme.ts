import { cell, type Results } from "./results.ts";

/** Makes the table of results for the project's README. */
export function readmeTable(results: Results): string {
  const bytes = (reader: string, size = "8 KB") =>
    cell(results, "bytes", `${size} English: ${reader}`, "from the start");
  const client = (row: string) => cell(results, "client", row, "÷ bare");
  const browser = (row: string) => cell(results, "browser", row, "÷ bare");
  const server = (row: string) => cell(results, "server", row, "÷ bare");
  const added = results["first-token"]?.figures[0]?.ours.median ?? Number.NaN;
  const asked = (row: string) => cell(results, "question", row, "ms");
  const lag = (row: string) =>
    `${cell(results, "fan-out", `1,000 followers: ${row}`, "lag p99, ms")} ms`;
  const sent = (row: string) =>
    cell(results, "fan-out", `1,000 followers: ${row}`, "bytes a token");
  const grown = results.growth?.figures.map(({ ours }) => ours.median) ?? [];
  const rows = [
    [
      "Wire overhead for a follower (total bytes ÷ text bytes), at 50 tokens/s",
      `${bytes("Twinstream, text")} for 8 KB · ${bytes("Twinstream, text", "64 KB")} for 64 KB`,
      `for 8 KB: Durable Streams ${bytes("Durable Streams, SSE, our batches")} in the same batches, ${bytes("Durable Streams, SSE, an append a token")} by the token · Convex ${bytes("Convex, whole bodies")}`,
    ],
    [
      "Client CPU for 100,000 chunks ÷ a bare reader loop",
      client("Twinstream, driven"),
      `Durable Streams ${client("Durable Streams client")} · AI SDK ${client("AI SDK, text stream")} to ${client("AI SDK, UI messages")}`,
    ],
    [
      "The same with React, 50,000 chunks",
      client("Twinstream, useStream"),
      `Convex ${client("Convex, useStream")} · AI SDK ${client("AI SDK, useChat, text stream")} to ${client("AI SDK, useChat, UI messages")}`,
    ],
    [
      "Main thread in Chromium with layout, 20,000 chunks, ÷ a bare reader loop",
      browser("Twinstream, driven"),
      `Convex ${browser("Convex, useStream")} · AI SDK ${browser("AI SDK, useChat, text stream")} to ${browser("AI SDK, useChat, UI messages")}`,
    ],
    [
      "Server throughput (tokens/s) with 200 answers at once ÷ a bare pass-through",
      `SQLite ${server("Twinstream, SQLite")} · Postgres ${server("Twinstream, Postgres")} · Redis ${server("Twinstream, Redis")}`,
      `resumable-stream ${server("resumable-stream, Redis")}, which stores nothing · an INSERT per token ${server("an INSERT a token, SQLite")} · Durable Streams ${server("Durable Streams, files, an append a token")}`,
    ],
    ["Time to the first token, added to a bare pass-through", `${added.toFixed(1)} ms`, ""],
    [
      "A question to its first token, if bytes take 80 ms each way",
      `${asked("creating drive")} ms, by one request`,
      `with a request that creates the stream ${asked("create, then drive")} ms`,
    ],
    [
      "Lag of 1,000 followers with a flush per token, p99",
      lag("Twinstream, a flush a token"),
      `a bare server ${lag("bare, writes to all")} · Durable Streams ${lag("Durable Streams, SSE, memory")}`,
    ],
    [
      "… and bytes per token and follower (a token has 16)",
      sent("Twinstream, a flush a token"),
      `a bare server ${sent("bare, writes to all")} · Durable Streams ${sent("Durable Streams, SSE, memory")}`,
    ],
    [
      "Steepest growth of any of these costs with its size (exponent; 1 is linear)",
      Math.max(...grown).toFixed(2),
      "",
    ],
  ];
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(["", "Twinstream", "Others"]), "|---|---|---|", ...rows.map(line)].join("\n");
}

const block = /(<!-- bench -->\n)[\s\S]*?(\n<!-- \/bench -->)/;

/**
 * Puts the table into the README.
 *
 * @throws if the README has no `<!-- bench -->` block
 */
export function withTable(readme: string, results: Results): string {
  if (!block.test(readme))
    throw new Error("README.md has no `<!-- bench --> … <!-- /bench -->` block for the table.");
  return readme.replace(block, (_, open, close) => `${open}${readmeTable(results)}${close}`);
}
