// src/routes/api/streams/[...path]/+server.ts
import { streams } from "./streams.ts";

const handler = ({ request }: { request: Request }) => streams.handler(request);

export { handler as fallback, handler as GET, handler as HEAD };
