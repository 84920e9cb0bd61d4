/** Arguments, options and reductions of a page's functions, as tables made of their specifications. */

import type { FunctionSpec, LossSpec, TensorOption } from "lossary";
import * as lossary from "lossary";
import * as tfjs from "lossary/tfjs";
import type { Language } from "../kit/widget.ts";
import type { FrontMatter, Page } from "./source.ts";
import { words } from "./words.ts";

/** Public names; what runs networks is only in the engines' entries. */
const names: Readonly<Record<string, unknown>> = { ...tfjs, ...lossary };

/** The specification of a public name, if it has one. */
export function specOf(name: string): FunctionSpec | undefined {
  const found = names[name];
  return typeof found === "function" && "spec" in found ? (found.spec as FunctionSpec) : undefined;
}

/** The specification of a public name, if it is a loss's. */
export function lossSpecOf(name: string): LossSpec | undefined {
  const spec = specOf(name);
  return spec && "unreduced" in spec ? (spec as LossSpec) : undefined;
}

/** What else a page's functions are called; in Chinese also their English names of one word, which are used as they are. */
export function aliasesOf({ front, language }: Pick<Page, "front" | "language">): string[] {
  const specs = front.functions.flatMap((name) => lossSpecOf(name) ?? []);
  const english = specs.flatMap(({ aliases }) => aliases.en);
  const names =
    language === "en"
      ? english
      : [
          ...specs.slice(0, 1).map(({ title }) => title.en),
          ...specs.flatMap(({ aliases }) => aliases.zh),
          ...english.filter((name) => !name.includes(" ")),
        ];
  return [...new Set([...names, ...(front.aliases ?? [])])].filter((name) => name !== front.title);
}

const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll("\n", " ").replaceAll("<", "&lt;");
const code = (text: string) => `\`${text.replaceAll("|", "\\|")}\``;
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
  return `<div class="options">\n\n${lines.join("\n")}\n\n</div>`;
}
const shape = (symbols: string) => code(`[${symbols.split(" ").join(", ")}]`);

const shapesOf = ({ shape: one, otherShape }: TensorOption<unknown>, language: Language) => [
  [one, ...(otherShape === undefined ? [] : [otherShape])].map(shape).join(words[language].comma),
];

/** Fields in braces are code: bare, VitePress would take them for attributes of the cell. */
const expectedOf = (expected: string, language: Language) =>
  expected.startsWith("{") ? code(expected) : cell(words[language].expected[expected] ?? expected);

function optionRow(
  name: string,
  option: FunctionSpec["options"][string],
  meaning: string,
  language: Language,
): string[] {
  const initial =
    "required" in option && option.required
      ? words[language].required
      : option.default === undefined
        ? "–"
        : code(typeof option.default === "string" ? `"${option.default}"` : String(option.default));
  const range =
    option.type === "choice"
      ? option.choices.map((choice) => code(`"${choice}"`)).join(words[language].comma)
      : option.type === "boolean"
        ? `${code("true")}${words[language].comma}${code("false")}`
        : option.type === "value"
          ? expectedOf(option.expected, language)
          : [cell(option.range), ...(option.type === "tensor" ? shapesOf(option, language) : [])].join(" ");
  const values = "nullable" in option && option.nullable ? `${range}${words[language].comma}${code("null")}` : range;
  return [code(name), initial, values, cell(meaning)];
}

/** Arguments, options and reductions of a specification; `meaning` says a line of it in the language. */
export function specTables(
  spec: FunctionSpec,
  language: Language = "en",
  meaning: (name: string, doc: string) => string = (_, doc) => doc,
): string {
  const say = words[language];
  const inputs = spec.arguments.map((argument) => [
    code(argument.name),
    argument.kind === "value" || argument.kind === "state" ? "" : shape(argument.shape),
    say.kinds[argument.kind] ?? argument.kind,
    "differentiable" in argument && argument.differentiable ? say.differentiable : "",
    cell(meaning(argument.name, argument.doc)) +
      ("default" in argument && argument.default !== undefined
        ? say.otherwise(code(JSON.stringify(argument.default)))
        : ""),
  ]);
  const options = Object.entries(spec.options).map(([name, option]) =>
    optionRow(name, option, meaning(name, option.doc), language),
  );
  return [
    ...(inputs.length + options.length === 0 ? [say.nothing] : []),
    ...(inputs.length > 0 ? [table([say.argument, say.shape, say.kind, say.differentiable, say.meaning], inputs)] : []),
    ...(options.length > 0 ? [table([say.option, say.initial, say.range, say.meaning], options)] : []),
    ...("unreduced" in spec ? [reductionOf(spec as LossSpec, language, meaning)] : []),
  ].join("\n\n");
}

/** What a mean divides by, and what "none" gives. */
function reductionOf(
  { unreduced }: LossSpec,
  language: Language,
  meaning: (name: string, doc: string) => string,
): string {
  const say = words[language];
  return unreduced
    ? `${say.reduction(meaning("mean", unreduced.mean))} ${shape(unreduced.shape)}${language === "zh" ? "。" : ". "}${say.weights}`
    : say.scalar;
}

/** Tables of all the page's functions that have a specification. */
export const optionTables = ({ front, language }: Pick<Page, "front" | "language">): string =>
  front.functions
    .flatMap((name) => {
      const spec = specOf(name);
      const meaning = (part: string, doc: string) => (language === "en" ? doc : (docOf(front, name, part) ?? doc));
      return spec ? [`### ${name}\n\n${specTables(spec, language, meaning)}`] : [];
    })
    .join("\n\n");

/** The line in the page's language: the function's own ("focalLoss.alpha") before the page's. */
export const docOf = ({ doc }: FrontMatter, name: string, part: string): string | undefined =>
  doc?.[`${name}.${part}`] ?? doc?.[part];

/** The papers behind the page's functions, each once. */
export function referenceList({ front }: Page): string {
  const all = [...front.functions.flatMap((name) => lossSpecOf(name)?.references ?? []), ...(front.references ?? [])];
  const once = new Map(all.map((reference) => [reference.url, reference]));
  return [...once.values()].map(({ text, url }) => `- [${text}](${url})`).join("\n");
}
