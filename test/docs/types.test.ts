/** What editors show: options as their specifications have them, the losses' summaries on every engine, and no type without a public name. */
import { join, relative } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import type { FunctionSpec } from "../../src/contract/spec.ts";
import * as lossary from "../../src/index.ts";

const root = join(import.meta.dirname, "..", "..");
const entries = ["index.ts", "engines/tfjs/index.ts", "engines/jax/index.ts", "networks/index.ts"].map((file) =>
  join(root, "src", file),
);
const { config } = ts.readConfigFile(join(root, "tsconfig.src.json"), ts.sys.readFile);
const { options } = ts.parseJsonConfigFileContent({ ...config, files: entries, include: [] }, ts.sys, root);
const program = ts.createProgram(entries, { ...options, composite: false, tsBuildInfoFile: undefined, types: [] });
const checker = program.getTypeChecker();

/** The options type O of a loss's `spec: SpecOf<A, O>`, or of a function's last parameter. */
function optionsOf(symbol: ts.Symbol): ts.Type {
  const type = checker.getTypeOfSymbol(symbol);
  const spec = checker.getTypeOfSymbol(type.getProperty("spec") as ts.Symbol);
  // A loss of two signatures has its specification of both.
  const one = spec.isIntersection() ? (spec.types[0] as ts.Type) : spec;
  const own = checker.getTypeArguments(one as ts.TypeReference)[1];
  if (own) return own;
  const [signature] = [...type.getCallSignatures(), ...type.getConstructSignatures()];
  const last = signature?.parameters.at(-1) as ts.Symbol;
  return checker.getNonNullableType(checker.getTypeOfSymbol(last));
}

type Option = FunctionSpec["options"][string];

const specOf = (name: string): FunctionSpec | undefined =>
  (lossary as unknown as Record<string, { readonly spec?: FunctionSpec }>)[name]?.spec;

/** The public names of an entry, with what they stand for. */
function exportsOf(entry: string): { readonly name: string; readonly alias: ts.Symbol; readonly symbol: ts.Symbol }[] {
  const module = checker.getSymbolAtLocation(program.getSourceFile(entry) as ts.SourceFile) as ts.Symbol;
  return checker.getExportsOfModule(module).map((alias) => {
    const symbol = alias.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(alias) : alias;
    return { name: alias.name, alias, symbol };
  });
}

const all = exportsOf(entries[0] as string).flatMap(({ name: loss, symbol }) => {
  const specs = Object.entries(specOf(loss)?.options ?? {});
  if (specs.length === 0) return [];
  const declared = optionsOf(symbol);
  return specs.map(([name, spec]) => {
    const comment = declared.getProperty(name)?.getDocumentationComment(checker);
    return { option: `${loss}.${name}`, spec, text: ts.displayPartsToString(comment).replace(/\s+/g, " ") };
  });
});

/** How an interval is said in words: "(0, ∞)" is "> 0". Bounds of a type are left unsaid, and what has no interval. */
function saidOf(spec: Option): string | null {
  if (spec.type !== "number" && spec.type !== "tensor") return null;
  if (/\d{8}/.test(spec.range)) return null;
  if (spec.range === "(−∞, ∞)") return "finite";
  const open = /^([[(])(\S+), ∞\)$/.exec(spec.range);
  if (open) return `${open[1] === "(" ? ">" : "≥"} ${open[2]}`;
  return `in ${spec.range.replace(String(Math.PI / 2), "π/2")}`;
}

const show = (value: unknown) => (typeof value === "string" ? `"${value}"` : String(value));

/** Whether a comment gives a range in other words: "whole numbers" are finite, and of two values each is named. */
function saysOtherwise(spec: Option, text: string): boolean {
  if (spec.type !== "number" && spec.type !== "tensor") return false;
  if (spec.range === "(−∞, ∞)") return /\bwhole numbers\b/.test(text);
  const discrete = spec.type === "tensor" ? !spec.scalar : spec.integer === true;
  const [low = "", high = ""] = spec.range.match(/\d+/g) ?? [];
  const isPair = discrete && [`[${low}, ${Number(low) + 1}]`, `{${low}, ${high}}`].includes(spec.range);
  return isPair && [low, high].every((value) => new RegExp(`\\b${value}\\b`).test(text));
}

/** Up to the first range, comma, colon, semicolon or end. */
const firstClause = (text: string) => /^.+?(?=[;:.,](?: |$))/.exec(text)?.[0]?.toLowerCase();

/** What follows "Default", as the value it stands for: "0.1 / ln 3.5" is a number. */
function defaultIn(text: string): string | undefined {
  const said = /Default:? (.+?)(?:\.$|\. |: |$)/.exec(text)?.[1];
  const ratio = /^(\S+) \/ ln (\S+)$/.exec(said ?? "");
  if (ratio) return String(Number(ratio[1]) / Math.log(Number(ratio[2])));
  const number = Number(said?.replace("−", "-"));
  return Number.isNaN(number) ? said : String(number);
}

it("finds the options of every loss", () => expect(all.length).toBeGreaterThan(80));

describe.each(all)("$option", ({ spec, text }) => {
  it("begins with what the specification says", () => expect(firstClause(text)).toBe(firstClause(spec.doc)));

  it("has its range", () => {
    if (!saysOtherwise(spec, text)) expect(text).toContain(saidOf(spec) ?? "");
  });

  it("has its default", () => {
    const said = defaultIn(text);
    if (spec.default === undefined) expect(said ?? "none").not.toMatch(/^(-?[\d.]+|".*"|true|false|null)$/);
    else expect(said).toBe(show(spec.default));
  });
});

/** Parts that signatures are put together of; nobody needs to write them. */
const parts = new Set(
  `At Inputs Last Reducing Upstream Given NativeInputs NativeOptions Ranged ScoreWithMap Bytes Call Releasable PlacedTensor ArrayOf
  ArgumentBase OptionBase FloatKind ArgumentSpecOf OptionSpecOf KnownOf Common FeatureInput ListGradOptions ScoreOptions HalfArray IntegerArray NestedNumbers AnyArray AnyNumbers Pair PairGrads Boxes BoxesGrads MarginInputs MarginGrads Features
  FeaturesGrads Images ImagesGrads Masks MasksGrads Differentiable
  FormulaArguments FormulaOptions FormulaOf AsMany InputOf`.split(/\s+/),
);

/** The types of this package that a declaration names, but for what lies in bodies. */
function typesNamedBy(declaration: ts.Node): ts.Symbol[] {
  const found: ts.Symbol[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isBlock(node) || ts.isObjectLiteralExpression(node)) return;
    if (ts.isClassElement(node) && node.name && ts.isPrivateIdentifier(node.name)) return;
    const name = ts.isTypeReferenceNode(node)
      ? node.typeName
      : ts.isExpressionWithTypeArguments(node)
        ? node.expression
        : undefined;
    const symbol = name && checker.getSymbolAtLocation(name);
    if (symbol) found.push(symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol);
    ts.forEachChild(node, visit);
  };
  visit(declaration);
  return found.filter(({ flags, declarations }) => {
    const file = declarations?.[0]?.getSourceFile().fileName ?? "";
    return file.startsWith(join(root, "src")) && !(flags & ts.SymbolFlags.TypeParameter);
  });
}

it.each(entries.map((entry) => [relative(root, entry), entry]))(
  "%s exports every type of its signatures",
  (_, entry) => {
    const own = exportsOf(entry);
    const known = new Set([...own, ...exportsOf(entries[0] as string)].map(({ symbol }) => symbol));
    const missing = own.flatMap(({ name, symbol }) =>
      (symbol.declarations ?? [])
        .flatMap(typesNamedBy)
        .filter((type) => !known.has(type) && !parts.has(type.name))
        .map((type) => `${type.name}, of ${name}`),
    );
    expect(missing).toEqual([]);
  },
);

const engines = entries.filter((entry) => entry.includes("engines"));
it.each(engines.map((entry) => [relative(root, entry), entry]))("%s says of each loss what it is for", (_, entry) => {
  const said = exportsOf(entry).flatMap(({ name, symbol }) => {
    const text = ts.displayPartsToString(symbol.getDocumentationComment(checker));
    return specOf(name) ? [[name, text]] : [];
  });
  expect(said).toEqual(said.map(([name]) => [name, specOf(name as string)?.summary]));
});
