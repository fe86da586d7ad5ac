// A stranger's first minutes: a fresh project outside the workspace, from the framework's own
// template, with the packed tarballs and a lockfile of its own.
import { execFile } from "node:child_process";
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";

const root = join(import.meta.dirname, "..", "..", "..");
const CREATE_VITE = "create-vite@9.3.0";

/** An app that a stranger makes. */
export interface Stranger {
  /** The example that the app is a copy of, and the binding that it uses. */
  readonly name: "react" | "vue" | "svelte" | "solid" | "vanilla";
  readonly template: string;
  /** The template's own scripts that check and build. */
  readonly scripts: readonly string[];
}

/** Runs npm and the templates' tools on the workspace's Node. Throws with what npm printed if it fails. */
async function npm(folder: string, ...args: string[]): Promise<void> {
  const PATH = `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ""}`;
  // `npm run` hands its own settings down by the environment: a stranger has none of them.
  const outside = Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name));
  await promisify(execFile)("npm", args, {
    cwd: folder,
    env: { ...Object.fromEntries(outside), PATH },
    shell: process.platform === "win32",
    maxBuffer: 2 ** 26,
  }).catch(({ stdout, stderr, message }) => {
    throw new Error(`npm ${args.join(" ")} failed: ${message}\n${stdout}${stderr}`);
  });
}

/** The packed tarball of a package, which `npm run packed` made. */
function tarball(name: string): string {
  const [file, ...more] = globSync(join(root, `.tmp/packed/twinstream-${name}-[0-9]*.tgz`));
  if (!file || more.length > 0) throw new Error(`${name} has not one tarball in .tmp/packed/.`);
  return file;
}

/** The packages that npm gets. */
export const packages = readdirSync(join(root, "packages"));

/** The files in a package's tarball. */
export async function packedFiles(name: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)("tar", ["-tzf", tarball(name)]);
  return stdout.split(/\r?\n/).map((file) => file.replace(/^package\//, ""));
}

/** Makes a fresh project of a Vite template in `folder`/NAME. Resolves with its folder. */
async function createVite(folder: string, name: string, template: string): Promise<string> {
  const options = ["--template", template, "--no-interactive"];
  await npm(folder, "exec", "--yes", "--", CREATE_VITE, name, ...options);
  return join(folder, name);
}

/** Makes, installs, types and builds an app in `folder`/NAME; its pages are served below /NAME/. */
export async function buildStranger(stranger: Stranger, folder: string): Promise<void> {
  const { name, template, scripts } = stranger;
  const app = await createVite(folder, name, template);
  const binding = name === "vanilla" ? [] : [tarball(name)];
  await npm(app, "install", "--no-audit", "--no-fund", tarball("core"), ...binding);
  await npm(app, "install", "--no-audit", "--no-fund", "--save-dev", "expect-type");
  if (!existsSync(join(app, "package-lock.json"))) throw new Error(`${name} has no lockfile.`);

  const example = join(root, "examples", name);
  rmSync(join(app, "src"), { recursive: true });
  cpSync(join(example, "src"), join(app, "src"), { recursive: true });
  cpSync(join(example, "index.html"), join(app, "index.html"));
  const types = join(root, "packages", name === "vanilla" ? "core" : name, "test/types.test-d.ts");
  cpSync(types, join(app, "src/types.test-d.ts"));
  for (const script of scripts) {
    await npm(app, "run", script, ...(script === "build" ? ["--", `--base=/${name}/`] : []));
  }
}

/** Reads the types of what no template uses, the server and Convex, as Node's own resolution finds them. */
export async function typePlain(folder: string): Promise<void> {
  const project = join(folder, "plain");
  mkdirSync(project);
  const manifest = { name: "plain", private: true, type: "module" };
  writeFileSync(join(project, "package.json"), JSON.stringify(manifest));
  const typed = ["core", "server", "convex"];
  const needed = ["convex", "react", "@types/react", "@types/node", "expect-type", "typescript@6"];
  await npm(
    project,
    "install",
    "--no-audit",
    "--no-fund",
    ...typed.map((name) => tarball(name)),
    ...needed,
  );
  for (const name of typed) {
    const types = join(root, "packages", name, "test/types.test-d.ts");
    cpSync(types, join(project, `${name}.test-d.ts`));
  }
  const compilerOptions = {
    strict: true,
    noEmit: true,
    module: "nodenext",
    lib: ["es2024", "dom", "dom.iterable"],
    types: ["node"],
  };
  writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions }));
  await npm(project, "exec", "--", "tsc", "-p", ".");
}

/** The versions of others' packages that an example asks for: `NAME@RANGE`. */
function dependenciesOf(example: string, ...names: string[]): string[] {
  const manifest = readFileSync(join(root, "examples", example, "package.json"), "utf8");
  const { dependencies } = JSON.parse(manifest);
  return names.map((name) => `${name}@${dependencies[name]}`);
}

/** Installs the packed server in a project of its own; returns the file that starts it. */
export async function buildServer(folder: string): Promise<string> {
  const project = join(folder, "server");
  mkdirSync(project);
  const manifest = { name: "server", private: true, type: "module" };
  writeFileSync(join(project, "package.json"), JSON.stringify(manifest));
  const hono = dependenciesOf("server", "hono", "@hono/node-server");
  await npm(project, "install", "--no-audit", "--no-fund", tarball("server"), ...hono);
  const file = join(project, "server.mjs");
  cpSync(join(root, "tests/packed/src/server.mjs"), file);
  return file;
}

/** The two files that the README's quickstart adds to a fresh project. */
export const quickstartFiles = ["server.ts", "src/App.tsx"] as const;

/** Follows the README's quickstart in a fresh project, which it types and builds. Resolves with its folder. */
export async function buildQuickstart(folder: string): Promise<string> {
  const app = await createVite(folder, "quickstart", "react-ts");
  const ours = ["core", "react", "server"].map(tarball);
  const others = dependenciesOf("quickstart", "@hono/node-server", "openai");
  await npm(app, "install", "--no-audit", "--no-fund", ...ours, ...others);
  for (const file of quickstartFiles) {
    cpSync(join(root, "examples/quickstart", file), join(app, file));
  }
  await npm(app, "run", "build");
  // The template's own configuration types the page alone.
  const strict = "--ignoreConfig --noEmit --strict --skipLibCheck --module nodenext --types node";
  await npm(app, "exec", "--", "tsc", ...strict.split(" "), "server.ts");
  return app;
}
