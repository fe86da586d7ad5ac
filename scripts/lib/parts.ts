import { accessSync, constants, existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";

/** A real part that some suites run against, and that npm cannot install. */
export interface Part {
  readonly name: string;
  readonly found: boolean;
  /** The command or setting that makes it available. */
  readonly enable: string;
}

function onPath(...names: string[]): boolean {
  return (process.env.PATH ?? "").split(delimiter).some((folder) =>
    names.some((name) => {
      try {
        accessSync(join(folder, name), constants.X_OK);
        return true;
      } catch {
        return false;
      }
    }),
  );
}

const browsers = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:/Program Files/Google/Chrome/Application/chrome.exe",
];

const postgresFolder = "/usr/lib/postgresql";

/** The parts, and whether this machine has them. */
export function parts(): Record<"chromium" | "redis" | "postgres", Part> {
  const { CHROMIUM_PATH, REDIS_URL, DATABASE_URL } = process.env;
  return {
    chromium: {
      name: "Chromium",
      found:
        Boolean(CHROMIUM_PATH) ||
        onPath("chromium", "chromium-browser", "google-chrome", "chrome") ||
        browsers.some((path) => existsSync(path)),
      enable: "apt-get install chromium, or set CHROMIUM_PATH to a browser's executable",
    },
    redis: {
      name: "Redis",
      found: Boolean(REDIS_URL) || onPath("redis-server"),
      enable: "apt-get install redis-server, or set REDIS_URL to a server to test on",
    },
    postgres: {
      name: "Postgres",
      found:
        Boolean(DATABASE_URL) ||
        onPath("postgres") ||
        (existsSync(postgresFolder) &&
          readdirSync(postgresFolder).some((version) =>
            existsSync(join(postgresFolder, version, "bin", "postgres")),
          )),
      enable: "apt-get install postgresql, or set DATABASE_URL to a database to test on",
    },
  };
}
