import { renderToString } from "react-dom/server";
import { ConvexProvider } from "convex/react";
import { describe, expect, test, vi } from "vitest";
import { useStream } from "../src/react.ts";
import { api } from "./app/_generated/api.ts";
import { speak } from "./app/model.ts";
import { ours } from "./hooks.ts";
import { connect, createStream, deploy, mount, persisted, type StageOptions } from "./stage.tsx";
