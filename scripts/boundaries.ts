// Who may import whom. Data flows one way, and the tree alone shows the architecture.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import ts from "typescript";

/** What each published package's sources may import, besides their own files. */
const allowed: Readonly<Record<string, readonly RegExp[]>> = {
  // The parser is the decoders' and the SSE source's; the default client leaves it out.
  core: [/^nanostores$/, /^eventsource-parser(\/|$)/],
  react: [/^@twinstream\/core$/, /^react$/, /^@nanostores\/react$/, /^nanostores$/],
  vue: [/^@twinstream\/core$/, /^vue$/, /^@nanostores\/vue$/, /^nanostores$/],
  svelte: [/^@twinstream\/core$/, /^svelte(\/|$)/, /^nanostores$/],
  solid: [/^@twinstream\/core$/, /^solid-js(\/|$)/, /^@nanostores\/solid$/, /^nanostores$/],
  // The readers of models' events are core's; `append.from` uses them, and the build inlines them.
  server: [/^@twinstream\/core\/(protocol|events)$/, /^node:/],
  convex: [/^@twinstream\/(core|react)$/, /^convex\//, /^react$/, /^nanostores$/],
};

/** core's heart: pure, so it may import nothing but itself (types may come from anywhere in core). */
const heart = ["machine.ts", "merge.ts", "utf8.ts"];

interface Import {
  readonly file: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

function sourcesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name !== "node_modules" && name !== "dist")
    .flatMap((name) => {
      const path = join(folder, name);
      if (statSync(path).isDirectory()) return sourcesBelow(path);
      return /\.tsx?$/.test(name) ? [path] : [];
    });
}

const isTest = (file: string) => /\.test(-d)?\.tsx?$/.test(file);

function parse(file: string): ts.SourceFile {
  return ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
}

/** The static, re-exporting and dynamic imports of a file. */
function importsOf(file: string): Import[] {
  const found: Import[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
      const typeOnly = node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
      found.push({ file, to: node.moduleSpecifier.text, typeOnly });
    } else if (
      ts.isExportDeclaration(node) &&
      node.moduleSpecifier &&
      ts.isStringLiteral(node.moduleSpecifier)
    ) {
      found.push({ file, to: node.moduleSpecifier.text, typeOnly: node.isTypeOnly });
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const argument = node.arguments[0];
      if (argument && ts.isStringLiteral(argument)) {
        found.push({ file, to: argument.text, typeOnly: false });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(parse(file));
  return found;
}

/** A circle among files' value imports, as a path; undefined where there is none. */
function circle(graph: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): string[] | undefined => {
    const at = path.indexOf(file);
    if (at >= 0) return [...path.slice(at), file];
    if (done.has(file)) return undefined;
    for (const next of graph.get(file) ?? []) {
      const found = visit(next, [...path, file]);
      if (found) return found;
    }
    done.add(file);
    return undefined;
  };
  for (const file of graph.keys()) {
    const found = visit(file, []);
    if (found) return found;
  }
  return undefined;
}

function packageProblems(root: string, name: string): string[] {
  const folder = join(root, "packages", name, "src");
  const files = sourcesBelow(folder).filter((file) => !isTest(file));
  const show = (file: string) => relative(root, file);
  const problems: string[] = [];
  const graph = new Map<string, string[]>();
  for (const file of files) {
    const imports = importsOf(file);
    const pure = name === "core" && heart.includes(relative(join(folder, "lib"), file));
    for (const { to, typeOnly } of imports) {
      if (to.startsWith(".")) {
        const target = resolve(dirname(file), to);
        if (!target.startsWith(folder)) problems.push(`${show(file)} reaches out of src: ${to}`);
        if (dirname(file) !== folder && dirname(target) === folder) {
          problems.push(`${show(file)} imports an entry, which is above it: ${to}`);
        }
        if (
          pure &&
          !typeOnly &&
          !heart.some((part) => to === `./${part}`) &&
          to !== "./status.ts"
        ) {
          problems.push(`${show(file)} is the pure heart and imports ${to}`);
        }
      } else if (!allowed[name]?.some((pattern) => pattern.test(to))) {
        problems.push(`${show(file)} may not import ${to}`);
      } else if (pure) {
        problems.push(`${show(file)} is the pure heart and imports ${to}`);
      }
    }
    graph.set(
      file,
      imports
        .filter(({ to, typeOnly }) => to.startsWith(".") && !typeOnly)
        .map(({ to }) => resolve(dirname(file), to)),
    );
  }
  const round = circle(graph);
  if (round) problems.push(`a circle: ${round.map(show).join(" → ")}`);
  return [...problems, ...indexProblems(root, join(folder, "index.ts"))];
}

/** `index.ts` is named re-exports and no logic. */
function indexProblems(root: string, file: string): string[] {
  if (!existsSync(file)) return [`${relative(root, file)} is missing`];
  const odd = parse(file).statements.filter(
    (statement) =>
      !ts.isExportDeclaration(statement) ||
      !statement.moduleSpecifier ||
      !statement.exportClause ||
      !ts.isNamedExports(statement.exportClause),
  );
  // A directive such as "use client" is for bundlers, and no logic.
  return odd
    .filter((node) => !(ts.isExpressionStatement(node) && ts.isStringLiteral(node.expression)))
    .map(
      (node) =>
        `${relative(root, file)} holds more than named re-exports: ${node.getText().slice(0, 60)}`,
    );
}

function exampleProblems(root: string): string[] {
  const examples = join(root, "examples");
  const problems: string[] = [];
  for (const file of sourcesBelow(examples)) {
    const own = join(examples, relative(examples, file).split(/[\\/]/)[0] ?? "");
    for (const { to } of importsOf(file)) {
      const outside = to.startsWith(".") && !resolve(dirname(file), to).startsWith(own);
      // The workspace's own test settings are no package's inside.
      const settings = resolve(dirname(file), to) === join(root, "vitest.base.ts");
      if ((outside && !settings) || /^@twinstream\/[\w-]+\/(src|dist)\//.test(to)) {
        problems.push(`${relative(root, file)} must use published names only: ${to}`);
      }
    }
  }
  for (const file of sourcesBelow(join(root, "packages"))) {
    for (const { to } of importsOf(file)) {
      if (to.startsWith(".") && resolve(dirname(file), to).startsWith(examples)) {
        problems.push(`${relative(root, file)} imports an example: ${to}`);
      }
    }
  }
  return problems;
}

/** Every import that breaks the table of packages, every circle, every index with logic. */
export function boundaryProblems(root: string): string[] {
  return [
    ...Object.keys(allowed)
      .filter((name) => existsSync(join(root, "packages", name)))
      .flatMap((name) => packageProblems(root, name)),
    ...exampleProblems(root),
  ];
}
