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

/** Returns the file of a program on the `PATH`; undefined if it is not installed. */
export function onPath(name: string): string | undefined {
  return (process.env.PATH ?? "")
    .split(delimiter)
    .map((folder) => join(folder, name + suffix))
    .find(executable);
}

const versions = "/usr/lib/postgresql";

/** Returns the folder of Postgres' programs: on the `PATH`, or the newest of Debian's. */
export function postgresPrograms(): string | undefined {
  const found = onPath("postgres");
  if (found) return join(found, "..");
  if (!existsSync(versions)) return undefined;
  return readdirSync(versions)
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => join(versions, version, "bin"))
    .find((folder) => executable(join(folder, "postgres")));
}
