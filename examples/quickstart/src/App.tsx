import { createStreamClient, isTerminal, newStreamId, useStream } from "@twinstream/react";
import { useState } from "react";

const client = createStreamClient({ url: "http://localhost:3000/api/streams" });

export default function App() {
  const [{ id, prompt }, setAsked] = useState({ id: location.hash.slice(1), prompt: "" });
  const options = { client, driven: prompt !== "", create: true, input: prompt };
  const { text, status, error, reason, stop, retry } = useStream(id || undefined, options);
  function ask(form: FormData) {
    location.hash = newStreamId(); // a refresh and a second tab show the same answer
    setAsked({ id: location.hash.slice(1), prompt: String(form.get("prompt")) });
  }

  return (
    <form action={ask}>
      <input name="prompt" aria-label="Prompt" defaultValue={prompt} required />
      <input type="submit" value="Ask" /> <input type="button" value="Stop" onClick={stop} />
      <p style={{ whiteSpace: "pre-wrap" }}>{text}</p>
      {id && <p role="status">{error?.message ?? reason ?? status}</p>}
      {error && !isTerminal(status) && <input type="button" value="Try again" onClick={retry} />}
    </form>
  );
}
