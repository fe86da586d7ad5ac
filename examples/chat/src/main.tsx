import { createStreamClient } from "@twinstream/core";
import { StreamProvider } from "@twinstream/react";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./App.tsx";
import "./style/base.css";
import "./style/page.css";
import "./style/conversation.css";
import "./style/markdown.css";

const client = createStreamClient({ url: "/api/streams" });
const root = document.getElementById("root");
if (!root) throw new Error("index.html lost its #root.");

createRoot(root).render(
  <StrictMode>
    <StreamProvider client={client}>
      <App />
    </StreamProvider>
  </StrictMode>,
);
