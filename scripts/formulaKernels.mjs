// The losses whose kernels are made of their formulas, and where these kernels are kept: like the objects of kernel files in
// build/objects, under names that hash all they are made of.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { objects, read } from "./kernelObjects.mjs";

const root = resolve(import.meta.dirname, "..");

/**
 * By the kernel's name: the file of the formula below src/losses. A kernel of one structure among several says by `fixed` of which
 * option values; the others that are numbers are its parameters.
 */
export const formulaKernels = {
  l2: { file: "regression/l2/l2Loss" },
  marginRanking: { file: "embedding/marginRanking/marginRankingLoss" },
  squaredHinge: { file: "classification/hinge/hingeLoss", loss: "squaredHingeLoss" },
};

export const formulaPath = (name) => `src/losses/${formulaKernels[name].file}.formula.ts`;

/** A source and all it imports, in a fixed order; what is built does not count, nor what scripts bring along. */
function sourcesOf(path, found = new Set()) {
  if (found.has(path) || path.startsWith("build/")) return found;
  found.add(path);
  for (const [, name] of read(path).matchAll(/from "(\.[^"]+\.m?[jt]s)"/g)) sourcesOf(join(dirname(path), name), found);
  return found;
}

const compiler = "scripts/formulaModule.mjs";

/** Where the object of a formula is kept. */
export function formulaObjectPath(name) {
  const own = `${name} ${JSON.stringify(formulaKernels[name])} ${read("scripts/kernelObjects.mjs")}`;
  const hash = createHash("sha256").update(own);
  const sources = sourcesOf(formulaPath(name), sourcesOf(compiler));
  for (const source of [...sources].sort()) hash.update(`${source}\n${read(source).length}\n`).update(read(source));
  return join(objects, `${name}-${hash.digest("hex").slice(0, 24)}.wasm`);
}

/** The objects of all formulas, in the order in which they are put together. */
export const formulaObjectPaths = () => Object.keys(formulaKernels).sort().map(formulaObjectPath);

/** The TypeScript signatures of an object's functions. */
export const signaturesIn = (bytes) =>
  WebAssembly.Module.customSections(new WebAssembly.Module(bytes), "signatures").map((section) =>
    new TextDecoder().decode(section),
  );

/** Makes the objects that are not there, in a process of its own, which reads TypeScript. */
export function compileFormulas() {
  const missing = Object.keys(formulaKernels).filter((name) => !existsSync(formulaObjectPath(name)));
  if (missing.length === 0) return;
  const loaders = ["--import", "tsx", "--import", "./scripts/withoutKernels.mjs"];
  const { status } = spawnSync(process.execPath, [...loaders, "scripts/formulaObjects.mjs", ...missing], {
    cwd: root,
    stdio: "inherit",
  });
  if (status !== 0) throw new Error("formulas could not be compiled");
}
