// The objects that the kernels' module is put together of: one for each kernel file, kept in build/objects under a name
// that hashes all it is made of.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import asc from "assemblyscript/asc";
import binaryen from "assemblyscript/binaryen";

const root = resolve(import.meta.dirname, "..");
export const objects = join(root, "build", "objects");

const flags = [
  ["--runtime", "stub"],
  ["--importMemory", "--noExportMemory"],
  // All that a memory can have, which a shared one must name.
  ["--maximumMemory", "65536"],
  ["--noAssert"],
  // Vectors pass between functions of the module only.
  ["--disableWarning", "112"],
  ["--enable", "simd"],
  ["--optimizeLevel", "3", "--shrinkLevel", "0", "--converge"],
  // Keeps the names of functions, by which objects are put together; the module has none.
  ["--debug"],
].flat();

export const read = (path) => readFileSync(join(root, path), "utf8");

/** Every kernel file, in a fixed order. */
export function kernelFiles() {
  return readdirSync(join(root, "src"), { recursive: true })
    .map((path) => join("src", path).replaceAll("\\", "/"))
    .filter((path) => path.endsWith(".kernel.ts"))
    .sort();
}

/** Those that make an object; what lies under kernel/maths are building blocks, which export nothing by themselves. */
export const isCompiled = (path) => !path.startsWith("src/kernel/maths/") && signatures(path).length > 0;

/**
 * The exported functions of a kernel file that are generic in the float type, or tell the bytes of a workspace: name, whether
 * generic, parameters with their types, result.
 */
export function signatures(path) {
  return [
    ...read(path).matchAll(/^export function (\w+)(<T extends number>|(?<=Workspace))\(([^)]*)\): (\w+) \{/gm),
  ].map(([, name, generic, list, result]) => ({
    name,
    generic: generic !== "",
    result,
    parameters: list
      .split(",")
      .filter((part) => part.trim())
      .map((part) => part.split(":").map((word) => word.trim())),
  }));
}

/** What objects depend on beside the kernels' sources: the compiler, and what is done with it here. */
const tools = [JSON.parse(read("node_modules/assemblyscript/package.json")).version, read("scripts/kernelObjects.mjs")];

/** A kernel file and all it imports, in a fixed order. */
function sourcesOf(path, found = new Set()) {
  if (found.has(path)) return found;
  found.add(path);
  for (const [, name] of read(path).matchAll(/from "(\.[^"]+)"/g)) sourcesOf(join(dirname(path), `${name}.ts`), found);
  return found;
}

/** Where the object of a kernel file is kept. */
export function objectPath(path) {
  const hash = createHash("sha256").update(tools.join("\n"));
  for (const source of [...sourcesOf(path)].sort())
    hash.update(`${source}\n${read(source).length}\n`).update(read(source));
  return join(objects, `${basename(path, ".kernel.ts")}-${hash.digest("hex").slice(0, 24)}.wasm`);
}

/** The objects of all kernel files, in the order in which they are put together. */
export const objectPaths = () => kernelFiles().filter(isCompiled).map(objectPath);

/** The exports of a kernel file in both float types. */
function entryModule(path) {
  const found = signatures(path);
  const lines = found.flatMap(({ name, generic, parameters, result }) => {
    const list = parameters.map(
      ([parameter, type]) => `${parameter}: ${/^(usize|i32|u32|f64|bool)$/.test(type) ? type : "i32"}`,
    );
    const names = parameters.map(([parameter]) => parameter);
    return ["f32", "f64"].map(
      (type) =>
        `export function ${name}_${type}(${list.join(", ")}): ${result} { return ${name}${generic ? `<${type}>` : ""}(${names.join(", ")}); }`,
    );
  });
  return `import { ${found.map(({ name }) => name).join(", ")} } from "./${path.slice(0, -3)}";\n${lines.join("\n")}\n`;
}

/**
 * The object of a kernel file: a module whose functions have names of their own, for the compiler sees all sources in a
 * folder of the file's name.
 */
export async function compile(path) {
  const folder = `${path.slice("src/".length, -".kernel.ts".length)}!/`;
  const entry = `${folder}entry.ts`;
  let output;
  const { error, stderr } = await asc.main([entry, "--outFile", "object.wasm", ...flags], {
    readFile(name) {
      if (name === entry) return entryModule(path);
      const source = name.slice(folder.length);
      return name.startsWith(folder) && existsSync(join(root, source)) ? read(source) : null;
    },
    writeFile(name, contents) {
      if (name === "object.wasm") output = contents;
    },
    listFiles: () => [],
  });
  if (error) throw new Error(`${path}\n${stderr.toString()}`);
  return inlineFormulas(path, output);
}

export function readModule(bytes) {
  const { SIMD128, BulkMemory, BulkMemoryOpt, MutableGlobals, SignExt, NontrappingFPToInt } = binaryen.Features;
  const module = binaryen.readBinary(bytes);
  module.setFeatures(SIMD128 | BulkMemory | BulkMemoryOpt | MutableGlobals | SignExt | NontrappingFPToInt);
  binaryen.setOptimizeLevel(3);
  binaryen.setShrinkLevel(0);
  return module;
}

/** Kernels whose helpers loop so long that a call is nothing to them: a copy of each loop per caller only takes space. */
const calling = new Set(["tridiagonal", "symmetric", "damsmLoss", "normalize", "earthMoverDistance"]);

/**
 * Inlines formulas into their loops. The compiler's own limit leaves the longer ones as calls, one a vector; without
 * them focal loss takes 0.7 of the time in f32, logistic loss 0.75 in f64. Beyond 200 nothing changes.
 */
function inlineFormulas(path, bytes) {
  const module = readModule(bytes);
  binaryen.setFlexibleInlineMaxSize(200);
  binaryen.setAllowInliningFunctionsWithLoops(!calling.has(basename(path, ".kernel.ts")));
  binaryen.setDebugInfo(true);
  module.optimize();
  if (!module.validate()) throw new Error(`${path} is not valid after inlining`);
  return module.emitBinary();
}
