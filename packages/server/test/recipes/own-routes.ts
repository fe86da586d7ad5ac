import { userOf } from "./app.ts";
import { streams } from "./chat.ts";

/** Asks: makes the stream, and answers with its text. */
export async function POST(request: Request): Promise<Response> {
  const user = await userOf(request);
  if (!user) return new Response("Log in first.", { status: 401 });
  const { id, prompt } = (await request.json()) as { id: string; prompt: string };
  return streams.drive(request, {
    id,
    input: { prompt },
    context: { user },
    create: { tags: [`user:${user}`] },
  });
}

/** Reads an answer: `GET /ask?id=…&offset=…&live=text`. */
export async function GET(request: Request): Promise<Response> {
  if (!(await userOf(request))) return new Response("Log in first.", { status: 401 });
  return streams.follow(request, { id: new URL(request.url).searchParams.get("id") ?? "" });
}
