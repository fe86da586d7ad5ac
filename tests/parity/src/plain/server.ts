import { atom } from "nanostores";
import { attributes, type ServerRender, type ViewedBody } from "../adapter.ts";

const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

export const render: ServerRender = (client, { id, options, copies = 1 }) => {
  const { view, ...rest } = options();
  let shown: ViewedBody = { text: "", status: "pending" };
  if (id != null) {
    const body = client.stream(id, rest).snapshot();
    shown = { ...body, ...view?.(atom(body)).get() };
  }
  const written = Object.entries(attributes(shown))
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}="${escaped(value ?? "").replaceAll('"', "&quot;")}"`);
  return `<p${written.join("")}>${escaped(shown.text)}</p>`.repeat(copies);
};
