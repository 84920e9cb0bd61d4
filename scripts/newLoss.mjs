// Begins a loss: npm run new-loss -- <family> <name> [--like <loss>]
// The folder is a copy of a neighbour under the new name, so that it builds and passes its tests before a line is changed, and is
// as current as the neighbour. What is to be written anew says TODO; what lies elsewhere is printed.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { formulaKernels } from "./formulaKernels.mjs";

const root = resolve(import.meta.dirname, "..");
const losses = join(root, "src", "losses");
const families = readdirSync(losses);

/** The plainest loss of a family; of the others the plainest of all. */
const plainest = {
  classification: "logisticLoss",
  embedding: "marginRankingLoss",
  segmentation: "diceLoss",
  distribution: "jensenShannonDivergence",
};

function refuse(text) {
  process.stderr.write(`npm run new-loss: ${text}\n`);
  process.exit(2);
}

const stemOf = (name) => name.replace(/(Loss|Divergence|Distance)$/, "");
const capital = (word) => word[0].toUpperCase() + word.slice(1);
const spaced = (word) => capital(word.replace(/(?<=[a-z\d])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`));

/** The file below src that has a name, in whichever spelling of its letters. */
function locate(name, below) {
  const file = `${name}.ts`.toLowerCase();
  const path = readdirSync(join(root, "src", below), { recursive: true }).find(
    (path) => basename(path).toLowerCase() === file,
  );
  return path?.replaceAll("\\", "/");
}

/** The family and folder of a loss. */
function find(name) {
  const path = locate(name, "losses");
  if (!path?.endsWith(`/${name}.ts`)) return refuse(`there is no loss "${name}" to begin like`);
  return path.split("/").slice(0, -1);
}

/** Where the package exports a name from, in whichever spelling of its letters. */
function exportOf(name) {
  const exports = readFileSync(join(root, "src", "index.ts"), "utf8").matchAll(/export \{([^}]*)\} from "\.\/(.*)"/g);
  const isName = (word) => word.toLowerCase() === name.toLowerCase();
  for (const [, words, path] of exports) if (words.split(/[\s,]+/).some(isName)) return path;
  return undefined;
}

const [family, name, flag, given] = process.argv.slice(2);
if (!families.includes(family) || !name || (flag !== undefined && (flag !== "--like" || !given)))
  refuse(`expected <family> <name> [--like <loss>], the family one of ${families.join(", ")}`);
if (!/^[a-z][a-zA-Z\d]+(Loss|Divergence|Distance)$/.test(name))
  refuse(`the name is "${name}", expected camel case that ends in Loss, Divergence or Distance`);
const model = given ?? plainest[family] ?? "l2Loss";
const taken = exportOf(name) ?? locate(name, "");
if (taken) refuse(`${name} is there already: src/${taken}`);
const [modelFamily, modelFolder] = find(model);
const [from, to] = [stemOf(model), stemOf(name)];
const folder = join(losses, family, to);
if (existsSync(folder)) refuse(`src/losses/${family}/${to} is there already`);

const renamed = (text) =>
  text
    .replaceAll(model, name)
    .replaceAll(capital(from), capital(to))
    .replace(new RegExp(`(?<![a-z])${from}`, "g"), to);
const todo = `TODO, copied from ${model}:`;

/** What says of a copy that its words are not yet its own. */
function marked(file, text) {
  if (file.endsWith(".kernel.ts")) return `// ${todo} formula, gradient, accuracy, requirements.\n${text}`;
  if (file.endsWith(".md"))
    return text
      .replace(/^title: .*$/m, `title: ${title(file)}`)
      .replace(/^# .*$/m, `# ${title(file)}\n\n${todo} all of this page.`)
      .replace(/^(bench|aliases): .*\n/gm, "");
  if (file.endsWith(".test.ts")) return `// ${todo} reference and laws.\n${text}`;
  if (file.endsWith(".formula.ts")) return `// ${todo} the formula.\n${text}`;
  return text
    .replace(/\n\/\*\*\n \* /, `\n/**\n * ${todo} all of this. `)
    .replace(/family: "\w+"/, `family: "${family}"`)
    .replace(/title: \{.*\}/, `title: { en: "${spaced(name)}", zh: "${spaced(to)}" }`)
    .replace(/aliases: \{\s*en: \[[^\]]*\],\s*zh: \[[^\]]*\],?\s*\}/, "aliases: { en: [], zh: [] }")
    .replace(/summary: ".*"/, `summary: "TODO"`)
    .replace(/( +)references: \[\n[\s\S]*?\n\1\],/, "$1references: [], // TODO");
}
const title = (file) => (file.includes(".zh.") ? spaced(to) : spaced(name));

mkdirSync(folder);
const written = [];
for (const file of readdirSync(join(losses, modelFamily, modelFolder))) {
  const page = /\.(en|zh)\.md$/.test(file);
  if (!page && !file.startsWith(`${model}.`)) continue;
  const copy = page ? file.replace(/^\w+/, to) : file.replace(model, name);
  let text = marked(file, renamed(readFileSync(join(losses, modelFamily, modelFolder, file), "utf8")));
  if (page) text = text.replace(/^functions: .*$/m, `functions: [${name}]`).replace(/^widget: .*$/m, `widget: ${to}`);
  // Of another family, what its losses share stays where it is.
  if (family !== modelFamily) text = text.replace(/from "\.\.\/(?!\.)/g, `from "../../${modelFamily}/`);
  writeFileSync(join(folder, copy), text);
  written.push(copy);
}

/** Puts a line into a file, before the first of its kind that sorts after it by what the pattern captures. */
function insert(file, line, kind) {
  const path = join(root, file);
  const lines = readFileSync(path, "utf8").split("\n");
  const keyOf = (other) => kind.exec(other)?.[1];
  const next = lines.findIndex((other) => keyOf(other) > keyOf(line));
  const last = lines.findLastIndex((other) => kind.test(other));
  lines.splice(next >= 0 ? next : last + 1, 0, line);
  writeFileSync(path, lines.join("\n"));
}

const source = readFileSync(join(folder, `${name}.ts`), "utf8");
const options = /export (?:interface|type) (\w+Options)/.exec(source)?.[1];
const definition = /export const (\w+) = portable/.exec(readFileSync(join(folder, `${name}.formula.ts`), "utf8"))?.[1];
const path = `losses/${family}/${to}/${name}`;
insert(
  "src/index.ts",
  `export { ${options ? `type ${options}, ` : ""}${name} } from "./${path}.ts";`,
  /^export \{ .* from "(.*losses.*)"/,
);
insert(
  "src/engines/catalog.ts",
  `export { ${definition} as ${name} } from "../${path}.formula.ts";`,
  /^export \{ .* from "(.*losses.*)"/,
);
for (const engine of ["tfjs", "jax"]) {
  const constant = `export const ${name} = /* @__PURE__ */ native(catalog.${name});`;
  insert(`src/engines/${engine}/index.ts`, constant, /^export const (\w+) = .*native\(/);
  const file = join(root, "src", "engines", engine, "index.ts");
  const text = readFileSync(file, "utf8");
  // The line went between its successor and that one's comment.
  writeFileSync(
    file,
    text.replace(
      new RegExp(`(/\\*\\* .* \\*/\\n)(${constant.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}\\n)`),
      "/** TODO */\n$2$1",
    ),
  );
}

// A kernel that is made of the neighbour's formula is one of the copy's.
const compiled = Object.entries(formulaKernels).find(([, { file }]) => file.endsWith(`/${model}`))?.[0];
if (compiled)
  insert(
    "scripts/formulaKernels.mjs",
    `  ${renamed(compiled)}: { file: "${family}/${to}/${name}" },`,
    /^ {2}(\w+): \{ file: /,
  );

const listed = (lines) => lines.map(([file, what]) => `  ${file.padEnd(36)}${what}`).join("\n");
const onTables = [["src/cli/compare/candidates.ts", "where it can be trained on a table"]];
const where =
  {
    regression: onTables,
    classification: onTables,
    embedding: [["src/cli/embed/objectives.ts", "where it can be trained on labelled rows"]],
  }[family] ?? [];
const rowsIn = existsSync(join(root, "bench", `${family}.ts`)) ? family : "scores";
process.stdout.write(`src/losses/${family}/${to}: ${written.join(", ")}, like ${model}.
It is exported in src/index.ts, src/engines/catalog.ts, src/engines/tfjs/index.ts and src/engines/jax/index.ts.

To be written anew, in each file at its TODO: grep -rn TODO src/losses/${family}/${to} src/engines
${listed([
  [`${name}.ts`, "docstring, options, specification; its summary goes above both engines' constants"],
  ...(compiled
    ? [[`${name}.formula.ts`, "the value; npm run build makes the kernel of it, with its gradient"]]
    : [
        [`${name}.kernel.ts`, "value and gradient; npm run build compiles it"],
        [`${name}.formula.ts`, "the value for engines that differentiate by themselves"],
      ]),
  [`${name}.test.ts`, "an independent reference in f64, laws"],
  [`${to}.en.md, ${to}.zh.md`, "its page in both languages; the Chinese one has `doc:` for each argument and option"],
])}

To be added elsewhere:
${listed([
  ["test/engines/cases.ts", "a case for each set of options"],
  [`test/golden/${family}.py`, `values of another implementation; python3 test/golden/${family}.py writes them`],
  [`bench/${rowsIn}.ts`, `a row; npm run bench -- --only ${name}; its name in both pages: \`bench: ["<row>"]\``],
  [`handbook/widgets/${to}.ts`, "the widget of its page"],
  ["handbook/guides/which.{en,zh}.md", "where a reader is led to it"],
  ["README.md, README.zh.md", "the tables of losses"],
  ...where,
  ["src/cli/registry/otherNames.ts", "what PyTorch and Keras call it, where its aliases do not say so"],
  ["CHANGELOG.md", "one line"],
])}

npm run format puts lines in order; npm test -- src/losses/${family}/${to} tries it, npm test everything.
`);
