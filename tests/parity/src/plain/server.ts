import type { ServerRender } from "../adapter.ts";

export const render: ServerRender = (client, { id, options, copies = 1 }) => {
  const { text, status } =
    id == null ? { text: "", status: "pending" } : client.stream(id, options()).snapshot();
  const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return `<p data-status="${status}">${escaped}</p>`.repeat(copies);
};
