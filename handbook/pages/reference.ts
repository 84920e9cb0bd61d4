/** The reference of every public name, made of the docstrings by TypeDoc. */
import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { FunctionSpec } from "lossary";
import * as lossary from "lossary";
import * as networks from "lossary/networks";
import * as tfjs from "lossary/tfjs";
import {
  Application,
  type Comment,
  type Context,
  Converter,
  type DeclarationReflection,
  type Reflection,
  ReflectionKind,
} from "typedoc";
import { specTables } from "./options.ts";
import { root } from "./source.ts";
import { target } from "./write.ts";

/** "Shapes     logits: …" with its indented continuation becomes a paragraph with its word in bold. */
export const sections = (text: string): string =>
  text.replace(
    /^(\p{Lu}\p{Ll}+) {2,}(\S.*(?:\n {4,}\S.*)*)/gmu,
    (_, word: string, rest: string) => `\n**${word}** ${rest.replace(/\n +/g, " ")}\n`,
  );

/** Modules by the names under which they are imported. */
const modules = new Map([
  ["src/index.ts", "lossary"],
  ["src/networks/index.ts", "lossary/networks"],
  ["src/engines/tfjs/index.ts", "lossary/tfjs"],
  ["src/engines/jax/index.ts", "lossary/jax"],
]);

/** TypeDoc names a module by its path below src. */
const importName = (name: string) => modules.get(`src/${name}${name.endsWith("index") ? "" : "/index"}.ts`) ?? name;

export async function writeReference(): Promise<void> {
  const app = await Application.bootstrapWithPlugins({
    entryPoints: [...modules.keys()].map((file) => join(root, file)),
    tsconfig: join(root, "tsconfig.src.json"),
    plugin: ["typedoc-plugin-markdown"],
    out: join(target, "reference"),
    readme: "none",
    excludeInternal: true,
    excludePrivate: true,
    disableSources: true,
    logLevel: "Error",
    skipErrorChecking: true,
    // Options of typedoc-plugin-markdown.
    ...{
      outputFileStrategy: "modules",
      entryFileName: "index",
      hidePageHeader: true,
      hideBreadcrumbs: true,
      useCodeBlocks: true,
    },
    ...{
      parametersFormat: "table",
      propertiesFormat: "table",
      interfacePropertiesFormat: "table",
      hidePageTitle: true,
    },
  });
  // The modules and what they import, instead of all that the configuration includes: tests, examples, this site.
  const entries = app.options.getValue("entryPoints");
  app.options.setCompilerOptions(entries, app.options.getCompilerOptions(app.logger), []);
  app.converter.on(Converter.EVENT_CREATE_DECLARATION, (_: Context, reflection: Reflection) => rewrite(reflection));
  app.converter.on(Converter.EVENT_RESOLVE, (_: Context, reflection: Reflection) => rewrite(reflection));
  const project = await app.convert();
  if (!project) throw new Error("TypeDoc could not read the sources");
  for (const module of project.children ?? []) module.name = importName(module.name);
  await app.generateOutputs(project);
  finish();
}

/** Gives every page its title, and the Chinese site the same pages: docstrings are written in English. */
function finish(): void {
  const folder = join(target, "reference");
  for (const file of readdirSync(folder, { recursive: true }) as string[]) {
    if (!file.endsWith(".md")) continue;
    const title = file === "index.md" ? "Reference" : file.replace(/\.md$/, "").replaceAll("\\", "/");
    const text = readFileSync(join(folder, file), "utf8");
    writeFileSync(join(folder, file), `---\ntitle: ${title}\noutline: [2, 3]\n---\n\n# ${title}\n\n${text}`);
  }
  cpSync(folder, join(target, "zh", "reference"), { recursive: true });
}

/** What the entries export; that for jax-js has the functions of that for TensorFlow.js. */
const entries: Readonly<Record<string, object>> = {
  lossary,
  "lossary/networks": networks,
  "lossary/tfjs": tfjs,
  "lossary/jax": tfjs,
};

/** What a function takes, from its specification: tables, and where an engine's entry has a loss the way to them. */
export function tablesOf(module: string, name: string): string {
  const { spec } = ((entries[module] as Record<string, unknown>)?.[name] ?? {}) as { readonly spec?: FunctionSpec };
  if (!spec) return "";
  return module !== "lossary" && name in lossary
    ? `Arguments, options and what they mean: [lossary](../lossary.md#${name.toLowerCase()}).`
    : specTables(spec);
}

const done = new WeakSet<Comment>();
function rewrite(reflection: Reflection): void {
  const comments = [
    reflection.comment,
    ...((reflection as DeclarationReflection).signatures ?? []).map(({ comment }) => comment),
  ];
  for (const comment of comments) {
    if (!comment || done.has(comment)) continue;
    done.add(comment);
    for (const part of comment.summary) if (part.kind === "text") part.text = sections(part.text);
    const { name, parent } = reflection;
    const more = parent?.kindOf(ReflectionKind.Module) ? tablesOf(importName(parent.name), name) : "";
    if (more) comment.summary.push({ kind: "text", text: `\n\n${more}` });
  }
}
