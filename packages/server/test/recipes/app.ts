// The application of the recipes: what a server of streams is not concerned with.

/** The saved answers, by their streams' ids. */
export const answers = new Map<string, string>();

/** The user whose session a request has. */
export async function userOf(request: Request): Promise<string | undefined> {
  return request.headers.get("authorization")?.replace("Bearer ", "");
}

export async function creditOf(user: string): Promise<number> {
  return user === "poor" ? 0 : 1;
}

export async function saveAnswer(id: string, text: string): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 50));
  answers.set(id, text);
}

export async function* askModel(prompt: string): AsyncGenerator<string> {
  for (const word of ["You", " said: ", prompt]) yield word;
}
