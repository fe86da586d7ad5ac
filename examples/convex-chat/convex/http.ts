import { httpRouter } from "convex/server";
import { httpAction } from "./_generated/server.ts";
import { streamChat } from "./chat.ts";

const http = httpRouter();

http.route({ path: "/chat-stream", method: "POST", handler: streamChat });

// The page has another origin than the action, so browsers send a preflight request.
http.route({
  path: "/chat-stream",
  method: "OPTIONS",
  handler: httpAction(async () => {
    return new Response(null, {
      headers: {
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Allow-Methods": "POST",
        "Access-Control-Allow-Headers": "Content-Type, Authorization",
        "Access-Control-Max-Age": "86400",
      },
    });
  }),
});

export default http;
