// Compiles every `*.kernel.ts` under src into one WebAssembly module, build/kernels.wasm, and writes the TypeScript
// interface of its exports, build/kernels.ts. A generic kernel `name<T>` becomes the exports `name_f32` and `name_f64`.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import asc from "assemblyscript/asc";
import binaryen from "assemblyscript/binaryen";

const root = resolve(import.meta.dirname, "..");
const build = join(root, "build");

/** Kernel files, in a fixed order; those under kernel/maths are building blocks and export nothing by themselves. */
function kernelFiles() {
  return readdirSync(join(root, "src"), { recursive: true })
    .filter((path) => path.endsWith(".kernel.ts") && !path.startsWith(join("kernel", "maths")))
    .map((path) => join("src", path))
    .sort();
}

/** The exported generic functions of a kernel file: name, parameters, result. */
function signatures(path) {
  const source = readFileSync(join(root, path), "utf8");
  return [...source.matchAll(/^export function (\w+)<T extends number>\(([^)]*)\): (\w+) \{/gm)].map(
    ([, name, list, result]) => ({
      name,
      result,
      parameters: list
        .split(",")
        .filter((part) => part.trim())
        .map((part) => part.split(":")[0].trim()),
      list: list.replace(/\s+/g, " ").trim().replace(/,$/, ""),
    }),
  );
}

function entryModule(files) {
  const lines = [];
  for (const path of files) {
    const found = signatures(path);
    const names = found.map(({ name }) => name).join(", ");
    lines.push(`import { ${names} } from "../${path.slice(0, -3)}";`);
    for (const { name, list, parameters, result } of found)
      for (const type of ["f32", "f64"])
        lines.push(
          `export function ${name}_${type}(${list}): ${result} { return ${name}<${type}>(${parameters.join(", ")}); }`,
        );
  }
  return `${lines.join("\n")}\n`;
}

function interfaceModule(files, sharedAt) {
  const methods = files.flatMap((path) =>
    signatures(path).map(
      ({ name, parameters, result }) =>
        `  /** ${basename(path)} */\n  ${name}(${parameters.map((p) => `${p}: number`).join(", ")}): ${result === "void" ? "void" : "number"};`,
    ),
  );
  return [
    `/** The kernels of one float type. */\nexport interface Kernels {\n${methods.join("\n")}\n}\n`,
    `/** Where kernels.wasm says of the memory it imports: 1 that it is plain, 3 that threads share it. */`,
    `export const sharedAt = ${sharedAt};\n`,
  ].join("\n");
}

/** The place of the imported memory's flags: 1, a maximum is given. Of a shared memory they are 3, and nothing else differs. */
function findMemoryFlags(bytes) {
  const [kind, flags] = [2, 1];
  const at = bytes.indexOf(Buffer.from([6, ...Buffer.from("memory"), kind, flags]));
  if (at < 0) throw new Error("kernels.wasm does not import a memory with a maximum");
  const place = at + 8;
  const twin = Uint8Array.from(bytes);
  twin[place] = 3;
  if (!WebAssembly.validate(twin)) throw new Error("kernels.wasm is not valid with a shared memory");
  return place;
}

/** Refuses a module that could not run on another module's heap. */
function checkModule(bytes) {
  const module = new WebAssembly.Module(bytes);
  const imports = WebAssembly.Module.imports(module);
  if (imports.length !== 1 || imports[0].kind !== "memory")
    throw new Error(`kernels.wasm imports ${JSON.stringify(imports)}; only a memory is allowed`);
  const forbidden = { 8: "start", 11: "data" };
  for (let at = 8; at < bytes.length; ) {
    const id = bytes[at++];
    let size = 0;
    for (let shift = 0, more = true; more; shift += 7) {
      size |= (bytes[at] & 127) << shift;
      more = bytes[at++] > 127;
    }
    if (forbidden[id])
      throw new Error(`kernels.wasm has a ${forbidden[id]} section; it would overwrite a foreign heap`);
    at += size;
  }
}

/**
 * Inlines formulas into their loops. The compiler's own limit leaves the longer ones as calls, one a vector; without
 * them focal loss takes 0.7 of the time in f32, logistic loss 0.75 in f64. Beyond 200 nothing changes.
 */
function inlineFormulas(path) {
  const module = binaryen.readBinary(readFileSync(path));
  const { SIMD128, BulkMemory, BulkMemoryOpt, MutableGlobals, SignExt, NontrappingFPToInt } = binaryen.Features;
  module.setFeatures(SIMD128 | BulkMemory | BulkMemoryOpt | MutableGlobals | SignExt | NontrappingFPToInt);
  binaryen.setOptimizeLevel(3);
  binaryen.setShrinkLevel(0);
  binaryen.setFlexibleInlineMaxSize(200);
  module.optimize();
  if (!module.validate()) throw new Error("kernels.wasm is not valid after inlining");
  writeFileSync(path, module.emitBinary());
}

mkdirSync(build, { recursive: true });
const files = kernelFiles();
writeFileSync(join(build, "entry.ts"), entryModule(files));
const { error, stderr } = await asc.main([
  relative(process.cwd(), join(build, "entry.ts")) || "build/entry.ts",
  "--outFile",
  relative(process.cwd(), join(build, "kernels.wasm")),
  "--runtime",
  "stub",
  "--importMemory",
  "--noExportMemory",
  // All that a memory can have, which a shared one must name.
  "--maximumMemory",
  "65536",
  "--noAssert",
  "--enable",
  "simd",
  "--optimizeLevel",
  "3",
  "--shrinkLevel",
  "0",
  "--converge",
  ...process.argv.slice(2),
]);
if (error) {
  process.stderr.write(stderr.toString());
  process.exit(1);
}
inlineFormulas(join(build, "kernels.wasm"));
const kernels = readFileSync(join(build, "kernels.wasm"));
checkModule(kernels);
writeFileSync(join(build, "kernels.ts"), interfaceModule(files, findMemoryFlags(kernels)));
