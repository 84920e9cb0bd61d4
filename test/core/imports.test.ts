/** Who imports whom: layers point down, nothing goes in circles, and commands are nobody's library. */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { expect, it } from "vitest";

interface Import {
  readonly from: string;
  readonly to: string;
  /** Whether it brings types and nothing else. */
  readonly types: boolean;
}

/** From the bottom up. A file belongs to the first layer whose pattern it matches. */
const layers: readonly (readonly [name: string, files: RegExp])[] = [
  ["random", /^random\.ts$/],
  ["steps", /^steps\.ts$/],
  ["errors", /^lossaryError\.ts$/],
  ["kernel", /^kernel\//],
  ["tensor", /^tensor\//],
  ["contract", /^contract\//],
  ["linear", /^linear\//],
  ["formula", /^formula\//],
  ["activations", /^activations\//],
  ["combinations", /^combine\//],
  ["checking", /^checking\//],
  ["losses and metrics", /^(losses|metrics)\//],
  ["index.ts", /^index\.ts$/],
  ["engines", /^engines\//],
  ["networks", /^networks\//],
  ["cli", /^cli\//],
];

const layerOf = (file: string) => layers.findIndex(([, pattern]) => pattern.test(file));
const nameOf = (file: string) => layers[layerOf(file)]?.[0];

/** Of a command's own file or folder, the command. */
const commandOf = (file: string, commands: readonly string[]) =>
  commands.find((name) => file === `cli/${name}.ts` || file.startsWith(`cli/${name}/`));

/** What is wrong with an arrow, in words; nothing where it is as it should be. */
function fault({ from, to, types }: Import, commands: readonly string[]): string | undefined {
  if (layerOf(to) > layerOf(from)) return `${nameOf(from)} lies below ${nameOf(to)} and must not know it`;
  if (from.endsWith(".kernel.ts") && !to.endsWith(".kernel.ts")) return "a kernel imports other kernels alone";
  const engine = /^engines\/(tfjs|jax)\//.exec(from)?.[1];
  if (engine && /^engines\/(tfjs|jax)\//.test(to) && !to.startsWith(`engines/${engine}/`))
    return "an engine knows nothing of another";
  if (/^engines\//.test(from) && /^(losses|metrics)\//.test(to) && !types && !to.endsWith(".formula.ts"))
    return "of losses and metrics an engine imports formulas and types, no code that runs kernels";
  const command = commandOf(to, commands);
  if (command && commandOf(from, commands) !== command && from !== "cli/program.ts")
    return `cli/${command} is a command and nobody's library; what others need belongs in a shared folder`;
  return undefined;
}

/** A way from a file back to itself, for each file that has one and is on none named before. */
function circles(imports: readonly Import[]): string[] {
  const next = new Map<string, string[]>();
  for (const { from, to } of imports) next.set(from, [...(next.get(from) ?? []), to]);
  const done = new Set<string>();
  const found: string[] = [];
  const walk = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) found.push([...path.slice(path.indexOf(file)), file].join(" -> "));
    if (done.has(file)) return;
    done.add(file);
    for (const to of next.get(file) ?? []) walk(to, [...path, file]);
  };
  for (const file of next.keys()) walk(file, []);
  return found;
}

function faults(files: readonly string[], imports: readonly Import[], commands: readonly string[]): string[] {
  return [
    ...files.filter((file) => layerOf(file) < 0).map((file) => `${file} belongs to no layer; name one in this test`),
    ...imports.flatMap((arrow) => {
      const said = fault(arrow, commands);
      return said ? [`${arrow.from} -> ${arrow.to}: ${said}`] : [];
    }),
    ...circles(imports).map((way) => `${way}: imports go in a circle, types included`),
  ];
}

const src = join(import.meta.dirname, "..", "..", "src");
const textOf = (file: string) => readFileSync(join(src, file), "utf8");

/** `import … from`, `export … from`, `import "…"` and the type `import("…")`, of files beside this one. */
const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s+(type\s)?([^;"']*?)\s*from\s*"(\.[^"]+)"|(?:^|\n)import\s+()()"(\.[^"]+)"|\bimport\(\s*"(\.[^"]+)"\s*\)/g;

function importsOf(from: string, text: string): Import[] {
  return [...text.matchAll(IMPORT)].map((match) => {
    const target = (match[3] ?? match[6] ?? match[7]) as string;
    const names = /^\{([^}]*)\}$/.exec(match[2] ?? "")?.[1]?.split(",") ?? [];
    const own = names.map((name) => name.trim()).filter((name) => name !== "");
    const types = match[1] !== undefined || (own.length > 0 && own.every((name) => name.startsWith("type ")));
    const path = relative(src, join(src, from, "..", target))
      .split(sep)
      .join("/");
    return { from, to: /\.\w+$/.test(path) && !path.endsWith(".kernel") ? path : `${path}.ts`, types };
  });
}

const files = readdirSync(src, { recursive: true, encoding: "utf8" })
  .map((file) => file.split(sep).join("/"))
  .filter((file) => file.endsWith(".ts") && !/\.(test|d)\.ts$/.test(file));
const inside = ({ to }: Import) => !to.startsWith("..");
const imports = files.flatMap((file) => importsOf(file, textOf(file))).filter(inside);
const commands = [...textOf("cli/program.ts").matchAll(/import\("\.\/(\w+)\.ts"\)/g)].map(([, name]) => name as string);

it("finds every import", () => {
  expect(files.length).toBeGreaterThan(400);
  expect(commands).toContain("compare");
  const known = new Set(files);
  expect(imports.filter(({ to }) => !known.has(to))).toEqual([]);
  const read = importsOf(
    "tensor/a.ts",
    'import "./b.ts";\nimport { type A, b } from "./c.ts";\nexport type { D } from "../d.ts";\ntype E = import("./e.ts").E;\nimport {\n  type F,\n  type G,\n} from "./f.ts";',
  );
  expect(read.map(({ to, types }) => `${to} ${types}`)).toEqual([
    "tensor/b.ts false",
    "tensor/c.ts false",
    "d.ts true",
    "tensor/e.ts false",
    "tensor/f.ts true",
  ]);
});

it("says what is wrong with an arrow", () => {
  const arrow = (from: string, to: string, types = false) => faults([], [{ from, to, types }], ["compare", "td"])[0];
  expect(arrow("tensor/read.ts", "contract/spec.ts", true)).toBe(
    "tensor/read.ts -> contract/spec.ts: tensor lies below contract and must not know it",
  );
  expect(arrow("losses/a.kernel.ts", "kernel/arena.ts")).toContain("a kernel imports other kernels alone");
  expect(arrow("engines/jax/a.ts", "losses/a/a.ts")).toContain("formulas and types");
  expect(arrow("engines/jax/a.ts", "losses/a/a.ts", true)).toBeUndefined();
  expect(arrow("engines/jax/a.ts", "engines/tfjs/b.ts")).toContain("knows nothing of another");
  expect(arrow("cli/td/report.ts", "cli/compare/verdict.ts")).toContain("cli/compare is a command");
  expect(arrow("cli/table/columns.ts", "cli/td.ts")).toContain("cli/td is a command");
  expect(arrow("cli/td.ts", "cli/td/cliff.ts")).toBeUndefined();
  expect(faults(["stray.ts"], [], [])).toEqual(["stray.ts belongs to no layer; name one in this test"]);
  const around = ["ab", "bc", "ca"].map(([from, to]) => ({ from: `tensor/${from}.ts`, to: `tensor/${to}.ts` }));
  expect(
    faults(
      [],
      around.map((way) => ({ ...way, types: true })),
      [],
    ),
  ).toEqual(["tensor/a.ts -> tensor/b.ts -> tensor/c.ts -> tensor/a.ts: imports go in a circle, types included"]);
});

it("has layers that point down, without circles", () => expect(faults(files, imports, commands)).toEqual([]));
