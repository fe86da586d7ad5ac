// app/api/streams/[[...path]]/route.ts
import { streams } from "./streams.ts";

const handler = (request: Request) => streams.handler(request);

export { handler as DELETE, handler as GET, handler as HEAD, handler as OPTIONS, handler as POST };
export const dynamic = "force-dynamic";
