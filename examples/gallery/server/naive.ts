// Feeds the gallery's sixth pane: sends the whole body again at each flush, over a WebSocket.
// A database subscription to one row does the same. This is here to be measured, not copied.
import { upgradeWebSocket } from "@hono/node-server";
import type { Streams } from "@twinstream/server";

export function naive(streams: Streams) {
  return upgradeWebSocket((c) => {
    const id = c.req.param("id") ?? "";
    const leave = new AbortController();
    return {
      async onOpen(_, socket) {
        const address = new URL(`/api/streams/${encodeURIComponent(id)}?live=text`, c.req.url);
        const flushes = await streams.handler(new Request(address, { signal: leave.signal }));
        const reader = flushes.ok ? flushes.body?.getReader() : undefined;
        leave.signal.addEventListener("abort", () => void reader?.cancel().catch(() => {}));
        try {
          let flushed = true;
          while (flushed && !leave.signal.aborted) {
            flushed = reader ? !(await reader.read()).done : false;
            const body = await streams.read(id);
            if (!body || leave.signal.aborted) break;
            socket.send(JSON.stringify({ text: body.text, status: body.status }));
          }
        } catch {
          // The server is closing, and its store too: there is nothing more to send.
        } finally {
          socket.close();
        }
      },
      onClose: () => leave.abort(),
      onError: () => leave.abort(),
    };
  });
}
