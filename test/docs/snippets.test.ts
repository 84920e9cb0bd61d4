/** Every `ts` block of the READMEs, the guides and the loss pages, and all code that widgets show, compiles under strict: each block for itself. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { expect, it } from "vitest";
import type { Control, State, Widget } from "../../handbook/kit/widget.ts";
import { lossPages, root } from "../../handbook/pages/source.ts";
import { codeBlocks } from "../handbook/blocks.ts";

interface Snippet {
  /** Where it stands, as editors understand it: `README.md:18`. */
  readonly file: string;
  /** The line before its first one. */
  readonly above: number;
  readonly code: string;
}

const written = [
  "README.md",
  "README.zh.md",
  ...readdirSync(join(root, "handbook", "guides")).map((file) => `handbook/guides/${file}`),
  ...lossPages().map(({ file }) => file),
].flatMap((file): Snippet[] => {
  const text = readFileSync(join(root, file), "utf8");
  return codeBlocks(text)
    .filter(({ language }) => language === "ts")
    .map(({ code, at }) => ({ file, above: text.slice(0, at).split("\n").length - 1, code }));
});

/** The first state, and one for every choice, or formula behind a button: what decides which lines the code has. */
function states({ initial, controls, buttons = [] }: Widget): State[] {
  const chosen = (Object.entries(controls) as [string, Control][]).flatMap(([name, control]): State[] => {
    if (control.kind === "choice") return control.choices.map(({ value }) => ({ ...initial, [name]: value }));
    return control.kind === "toggle" ? [{ ...initial, [name]: !initial[name] }] : [];
  });
  const typed = Object.values(controls).some((control) => control?.kind === "formula");
  return [initial, ...chosen, ...(typed ? buttons.map(({ press }) => press(initial)) : [])];
}

const widgets = readdirSync(join(root, "handbook", "widgets")).filter((file) => file.endsWith(".ts"));
const shown = await Promise.all(
  widgets.map(async (name): Promise<Snippet[]> => {
    const file = `handbook/widgets/${name}`;
    const { default: widget } = (await import(join(root, file))) as { default: Widget };
    const codes = states(widget).map((state) => widget.code(state, widget.compute(state)));
    return [...new Set(codes)].map((code, i) => ({ file: `${file}, code ${i + 1}`, above: 0, code }));
  }),
);

const source = (path: string) => [join(root, "src", path)];
const options: ts.CompilerOptions = {
  strict: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  moduleDetection: ts.ModuleDetectionKind.Force,
  lib: ["lib.es2023.d.ts", "lib.esnext.disposable.d.ts", "lib.dom.d.ts"],
  types: ["node"],
  paths: {
    lossary: source("index.ts"),
    "lossary/tfjs": source("engines/tfjs/index.ts"),
    "lossary/jax": source("engines/jax/index.ts"),
    "lossary/networks": source("networks/index.ts"),
  },
  allowImportingTsExtensions: true,
  skipLibCheck: true,
  noEmit: true,
};

/** The two languages differ in remarks alone, which the compiler skips: one of each kind is enough. */
const once = (snippets: readonly Snippet[]): Snippet[] => [
  ...new Map(snippets.map((snippet) => [snippet.code.replace(/\/\/ .*$/gm, ""), snippet])).values(),
];

/** What the compiler says of the snippets, all in one program, each where it is written. */
function complaints(snippets: readonly Snippet[]): string[] {
  const files = new Map(once(snippets).map((snippet, i) => [join(root, `snippet${i}.ts`), snippet]));
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (path) => files.has(path) || fileExists(path);
  host.readFile = (path) => files.get(path)?.code ?? readFile(path);
  host.getSourceFile = (path, version, ...rest) => {
    const snippet = files.get(path);
    return snippet ? ts.createSourceFile(path, snippet.code, version) : getSourceFile(path, version, ...rest);
  };
  const program = ts.createProgram([...files.keys()], options, host);
  return [...files].flatMap(([path, { file, above }]) => {
    const text = program.getSourceFile(path);
    return [...program.getSyntacticDiagnostics(text), ...program.getSemanticDiagnostics(text)].map(
      ({ start = 0, messageText }) => {
        const line = (text?.getLineAndCharacterOfPosition(start).line ?? 0) + 1 + above;
        return `${file}:${line}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
      },
    );
  });
}

it("compiles every snippet under strict", () => {
  expect(written.length).toBeGreaterThan(250);
  expect(complaints([...written, ...shown.flat()])).toEqual([]);
});

it("finds what does not compile, and where", () => {
  const code = 'import { huberLoss } from "lossary";\n\nhuberLoss([1], [2], { dleta: 1 });\n';
  expect(complaints([{ file: "page.md", above: 9, code }])).toEqual([
    expect.stringMatching(/^page\.md:12: .*'dleta' does not exist/),
  ]);
});
