import { ConvexProvider, ConvexReactClient } from "convex/react";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Chat } from "./Chat.tsx";
import { convexUrl } from "./site.ts";
import "./style.css";

const convex = new ConvexReactClient(convexUrl);
const root = document.getElementById("root");
if (!root) throw new Error("index.html has no element with the id `root`.");

createRoot(root).render(
  <StrictMode>
    <ConvexProvider client={convex}>
      <Chat />
    </ConvexProvider>
  </StrictMode>,
);
