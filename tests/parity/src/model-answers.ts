interface Choice {
  readonly delta: { readonly content?: string; readonly refusal?: string };
  readonly finish_reason?: string;
}

/** A model's answer, as OpenAI's API streams it. */
function answer(...choices: Choice[]): Response {
  const chunks = choices.map((choice) => JSON.stringify({ choices: [{ index: 0, ...choice }] }));
  const events = [...chunks, "[DONE]"].map((data) => `data: ${data}\n\n`);
  return new Response(events.join(""), { headers: { "content-type": "text/event-stream" } });
}

/** An answer that stopped at the model's limit of tokens. */
export const cutAnswer = (content: string): Response =>
  answer({ delta: { content }, finish_reason: "length" });

/** An answer that the model broke off to refuse. */
export const refusedAnswer = (): Response =>
  answer(
    { delta: { content: "So far" } },
    { delta: { refusal: "I can't help with ½ of that." } },
    { delta: {}, finish_reason: "stop" },
  );
