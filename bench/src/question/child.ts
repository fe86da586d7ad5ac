// Runs the server of questions in a process of its own.
import { answer } from "../run/child.ts";
import { type QuestionServer, startQuestionServer } from "./server.ts";

/** A request to the server's process. */
export type QuestionRequest =
  /** Starts it; returns its port. */
  | { readonly type: "open"; readonly folder: string }
  /** Returns the requests since the last time. */
  | { readonly type: "requests" }
  | { readonly type: "close" };

let server: QuestionServer;

answer(async (request: QuestionRequest): Promise<unknown> => {
  if (request.type === "open") {
    server = await startQuestionServer(request.folder);
    return server.port;
  }
  return request.type === "requests" ? server.requests() : server.close();
});
