// One folder of strangers' projects, and one server for all of them.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { buildServer } from "./project.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The folder that holds the projects. */
    folder: string;
    /** The server that serves their built pages. */
    url: string;
  }
}

/** The port that the server prints once it listens. */
function portOf(server: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    server.stdout?.once("data", (line) => resolve(Number(line)));
    server.once("exit", (code) => reject(new Error(`The packed server ended with code ${code}.`)));
  });
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "twinstream-packed-"));
  const file = await buildServer(folder);
  const server = spawn(process.execPath, [file, folder], { stdio: ["ignore", "pipe", "inherit"] });
  project.provide("folder", folder);
  project.provide("url", `http://127.0.0.1:${await portOf(server)}`);
  return async () => {
    server.kill();
    await rm(folder, { recursive: true, force: true });
  };
}
