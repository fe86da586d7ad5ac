import type { StreamRequest } from "../types.ts";

/** A request that has other headers beside the client's. */
export function withHeaders<Request extends StreamRequest>(
  request: Request,
  more: Readonly<Record<string, string>>,
): Request {
  return {
    ...request,
    async headers() {
      const headers = await request.headers();
      for (const [name, value] of Object.entries(more)) headers.set(name, value);
      return headers;
    },
  };
}
