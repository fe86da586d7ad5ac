import { execFileSync } from "node:child_process";
import { chownSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { type Engine, freePort, givenEngine, startEngine } from "./engine.ts";
import { postgresPrograms } from "./find.ts";

/** Returns whether this machine has a Postgres for tests: `DATABASE_URL`, or the server's programs. */
export function hasPostgres(): boolean {
  return Boolean(process.env.DATABASE_URL) || postgresPrograms() !== undefined;
}

/**
 * Starts a Postgres server on a free port, with its files in a temporary folder. If `DATABASE_URL` is
 * set, returns that database instead. The server does not wait for the disk (`fsync` is off), which loses
 * nothing when a process is killed. Pass `{ fsync: "on" }` to measure the cost of the disk.
 *
 * @param settings further lines of `postgresql.conf`, such as `{ max_connections: "200" }`
 */
export async function startPostgres(settings: Record<string, string> = {}): Promise<Engine> {
  if (process.env.DATABASE_URL) return givenEngine(process.env.DATABASE_URL);
  const programs = postgresPrograms();
  if (!programs)
    throw new Error(
      "Postgres is not installed. Install it (Debian: apt-get install postgresql), or set DATABASE_URL.",
    );
  const folder = mkdtempSync(join(tmpdir(), "twinstream-postgres-"));
  const user = unprivileged();
  try {
    if (user) chownSync(folder, user.uid, user.gid);
    execFileSync(
      join(programs, "initdb"),
      ["-D", "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
      { cwd: folder, ...user, stdio: "pipe" },
    );
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  const port = await freePort();
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  const all = {
    listen_addresses: "127.0.0.1",
    port: `${port}`,
    unix_socket_directories: "",
    fsync: "off",
    max_connections: "100",
    ...settings,
  };
  return startEngine({
    command: join(programs, "postgres"),
    args: [
      "-D",
      "data",
      ...Object.entries(all).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
    ],
    folder,
    ...user,
    // Postgres' fast shutdown: it does not wait for clients.
    stopSignal: "SIGINT",
    url,
    probe: async () => {
      const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
      client.on("error", () => {});
      try {
        await client.connect();
        await client.query("select 1");
      } finally {
        await client.end().catch(() => {});
      }
    },
  });
}

/** Returns the user `postgres` or `nobody` if this process is root, because Postgres refuses to run as root. */
function unprivileged(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ["postgres", "nobody"]) {
    try {
      const ask = (flag: string) =>
        Number(execFileSync("id", [flag, name], { encoding: "utf8", stdio: "pipe" }));
      return { uid: ask("-u"), gid: ask("-g") };
    } catch {
      // This user does not exist: try the next.
    }
  }
  throw new Error(
    "Postgres refuses to run as root, and neither the user postgres nor nobody exists. Add one of them.",
  );
}
