// Compiles the `*.kernel.ts` files under src into one WebAssembly module, build/kernels.wasm, and writes the TypeScript
// interface of its exports, build/kernels.ts. A generic kernel `name<T>` becomes the exports `name_f32` and `name_f64`.
//
// Every file is compiled by itself into an object, which is kept, and the objects are put together. After a change only
// those are made again whose sources changed; the module is the same, byte for byte, as if all were.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import binaryen from "assemblyscript/binaryen";
import { compileFormulas, formulaObjectPaths, signaturesIn } from "./formulaKernels.mjs";
import {
  compile,
  isCompiled,
  kernelFiles,
  objectPath,
  objectPaths,
  objects,
  read,
  signatures,
} from "./kernelObjects.mjs";
import { putTogether } from "./putTogether.mjs";

const root = resolve(import.meta.dirname, "..");
const build = join(root, "build");

/** Below this many files, starting the compiler in several threads takes longer than it saves. */
const FEW = 4;

/** The exported enums of a kernel file: name, comment before it, members with their numbers. */
function enums(path) {
  const found = read(path).matchAll(
    /^((?:\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n)?)export (?:const )?enum (\w+) \{([^}]*)\}/gm,
  );
  return [...found].map(([, comment, name, body]) => {
    const members = body.replace(/\/\/.*|\/\*[\s\S]*?\*\//g, "").split(",");
    let next = 0;
    return {
      name,
      comment,
      members: members
        .map((member) => member.trim())
        .filter(Boolean)
        .map((member) => {
          const [, key, number] = /^(\w+)(?:\s*=\s*(-?\d+))?$/.exec(member) ?? [];
          if (!key)
            throw new Error(`${path}: ${name} has the member "${member}"; expected a name, or a name = a number`);
          if (number !== undefined) next = Number(number);
          return [key, next++];
        }),
    };
  });
}

const numbers = new Set(["i32", "u32", "f64"]);

/** What TypeScript calls the type of a parameter. */
function typeOf(type, enumNames, where) {
  if (type === "usize") return "Pointer";
  if (type === "bool") return "boolean";
  if (numbers.has(type)) return "number";
  if (enumNames.has(type)) return type;
  throw new Error(
    `${where} has type ${type}; expected usize, i32, u32, f64, bool or an exported enum of a kernel file`,
  );
}

export function interfaceModule(files, sharedAt, formulas = []) {
  const known = files.flatMap(enums);
  const enumNames = new Set(known.map(({ name }) => name));
  if (enumNames.size < known.length) throw new Error("two enums of kernel files have the same name");
  const methods = files.filter(isCompiled).flatMap((path) =>
    signatures(path).map(({ name, parameters, result }) => {
      const typed = parameters.map(
        ([parameter, type]) => `${parameter}: ${typeOf(type, enumNames, `${path}: ${name}: ${parameter}`)}`,
      );
      return `  /** ${basename(path)} */\n  ${name}(${typed.join(", ")}): ${result === "void" ? "void" : "number"};`;
    }),
  );
  return [
    `declare const address: unique symbol;\n`,
    `/** An address in kernel memory; \`nowhere\` means "no such array". */`,
    `export type Pointer = number & { readonly [address]: true };\n`,
    ...known.map(
      ({ name, comment, members }) =>
        `${comment}export const ${name} = { ${members.map(([key, number]) => `${key}: ${number}`).join(", ")} } as const;\n` +
        `export type ${name} = (typeof ${name})[keyof typeof ${name}];\n`,
    ),
    `/** The kernels of one float type. */\nexport interface Kernels {\n${[...methods, ...formulas].join("\n")}\n}\n`,
    `/** Where kernels.wasm says of the memory it imports: 1 that it is plain, 3 that threads share it. */`,
    `export const sharedAt = ${sharedAt};\n`,
  ].join("\n");
}

/** Puts objects together, each function that occurs in several but once. */
export function link(parts) {
  const whole = putTogether(parts);
  binaryen.setDebugInfo(false);
  whole.runPasses(["duplicate-function-elimination"]);
  if (!whole.validate()) throw new Error("kernels.wasm is not valid");
  return Buffer.from(whole.emitBinary());
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

async function compileAll(paths) {
  for (const path of paths) writeFileSync(objectPath(path), await compile(path));
}

/**
 * Compiles in threads, which take files in turn; never in this one: the order of what the module is put together of depends on
 * what memory the compiler has used before.
 */
function compileInThreads(paths) {
  const count = Math.min(availableParallelism(), Math.ceil(paths.length / FEW));
  const shares = Array.from({ length: count }, (_, i) => paths.filter((_, at) => at % count === i));
  return Promise.all(
    shares.map(
      (share) =>
        new Promise((done, failed) => {
          const worker = new Worker(fileURLToPath(import.meta.url), { workerData: { share } });
          worker.once("message", done).once("error", failed);
        }),
    ),
  );
}

async function main() {
  mkdirSync(objects, { recursive: true });
  const files = kernelFiles();
  const compiled = files.filter(isCompiled);
  const handwritten = objectPaths();
  const missing = compiled.filter((_, i) => !existsSync(handwritten[i]));
  if (missing.length > 0) await compileInThreads(missing);
  // Losses import the enums of kernel files.
  const types = join(build, "kernels.ts");
  if (!existsSync(types)) writeFileSync(types, interfaceModule(files, 0));
  compileFormulas();
  const formulas = formulaObjectPaths();
  const kept = new Set([...handwritten, ...formulas].map((path) => basename(path)));
  for (const name of readdirSync(objects)) if (!kept.has(name)) rmSync(join(objects, name));
  const kernels = link([...handwritten, ...formulas].map((path) => readFileSync(path)));
  checkModule(kernels);
  writeFileSync(join(build, "kernels.wasm"), kernels);
  const own = formulas.flatMap((path) => signaturesIn(readFileSync(path)));
  writeFileSync(types, interfaceModule(files, findMemoryFlags(kernels), own));
}

if (!isMainThread && workerData?.share) {
  await compileAll(workerData.share);
  parentPort.postMessage("done");
} else if (isMainThread && process.argv[1] === fileURLToPath(import.meta.url)) {
  await main().catch((error) => {
    // binaryen and asc throw strings, too.
    process.stderr.write(`${error?.message || error?.stack || String(error)}\n`);
    process.exit(1);
  });
}
