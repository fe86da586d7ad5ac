import type { ServerRender } from "../adapter.ts";

export const render: ServerRender = (client, { id, options, copies = 1 }) => {
  const { text, status } =
    id == null ? { text: "", status: "pending" } : client.stream(id, options()).snapshot();
  return `<p data-status="${status}">${text}</p>`.repeat(copies);
};
