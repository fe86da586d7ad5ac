import { accessSync, constants, existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";

const suffix = process.platform === "win32" ? ".exe" : "";

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Where a program lies, by the path; undefined where it is not installed. */
export function onPath(name: string): string | undefined {
  return (process.env.PATH ?? "")
    .split(delimiter)
    .map((folder) => join(folder, name + suffix))
    .find(executable);
}

const versions = "/usr/lib/postgresql";

/** The folder with Postgres' programs: on the path, or the newest of Debian's. */
export function postgresPrograms(): string | undefined {
  const found = onPath("postgres");
  if (found) return join(found, "..");
  if (!existsSync(versions)) return undefined;
  return readdirSync(versions)
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => join(versions, version, "bin"))
    .find((folder) => executable(join(folder, "postgres")));
}
