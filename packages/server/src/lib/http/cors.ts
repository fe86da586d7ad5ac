import { HEADERS } from "@twinstream/core/protocol";
import type { CorsOptions } from "../options/cors.ts";
import { typeName } from "../util/type-name.ts";

const EXPOSED = [...Object.values(HEADERS), "ETag", "Location", "Retry-After"].join(", ");
const METHODS = "GET, HEAD, POST, DELETE, OPTIONS";

/**
 * Adds the headers by which a page of an allowed origin can read the response.
 * @see https://fetch.spec.whatwg.org/#http-cors-protocol
 * @throws TypeError if `cors.origin` returns something other than true or false
 */
export function addCors(response: Response, request: Request, cors: CorsOptions): Response {
  const origin = request.headers.get("origin");
  const headers = response.headers;
  headers.append("Vary", "Origin");
  if (origin === null || !allows(cors, origin)) return response;
  headers.set(
    "Access-Control-Allow-Origin",
    cors.origin === "*" && !cors.credentials ? "*" : origin,
  );
  headers.set("Access-Control-Expose-Headers", EXPOSED);
  headers.set("Cross-Origin-Resource-Policy", "cross-origin");
  if (cors.credentials) headers.set("Access-Control-Allow-Credentials", "true");
  return response;
}

/**
 * The answer to `OPTIONS`.
 * @param allow the methods of the URL
 * @see https://fetch.spec.whatwg.org/#cors-preflight-fetch
 */
export function preflight(
  request: Request,
  allow: string,
  cors: CorsOptions | undefined,
): Response {
  const response = new Response(null, { status: 204, headers: { Allow: allow } });
  if (!cors) return response;
  response.headers.set("Access-Control-Allow-Methods", METHODS);
  const requested = request.headers.get("access-control-request-headers");
  if (requested) response.headers.set("Access-Control-Allow-Headers", requested);
  response.headers.append("Vary", "Access-Control-Request-Headers");
  response.headers.set("Access-Control-Max-Age", "7200");
  return response;
}

function allows(cors: CorsOptions, origin: string): boolean {
  const { origin: allowed } = cors;
  if (typeof allowed === "function") {
    // A promise would be as good as true.
    const answer: unknown = allowed(origin);
    if (typeof answer === "boolean") return answer;
    throw new TypeError(
      `\`cors.origin\` returned ${typeName(answer)}, so no other origin was allowed: return true or false.`,
    );
  }
  return (
    allowed === "*" || (typeof allowed === "string" ? allowed === origin : allowed.includes(origin))
  );
}
