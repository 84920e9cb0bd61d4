// The object of a formula: its kernel in both float types, with parameters in the order that all kernels have.
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { functionOf, isNumber, parametersOf, scratchBytes } from "../src/formula/compiler/emit.ts";
import { parts } from "../src/formula/compiler/parts.ts";
import { programOf } from "../src/formula/compiler/program.ts";
import { trace } from "../src/formula/compiler/trace.ts";
import { Code, F64, I32, moduleOf } from "../src/formula/compiler/wasm.ts";
import { interval } from "../src/tensor/interval.ts";
import { formulaKernels, formulaPath } from "./formulaKernels.mjs";
import { objectOf } from "./putTogether.mjs";

const root = resolve(import.meta.dirname, "..");
const EPSILON = { f32: 2 ** -23, f64: 2 ** -52 };

/** The definition that a formula's file has of the loss whose name the file bears, or of the one named. */
async function definitionOf(name) {
  const path = formulaPath(name);
  const loss = formulaKernels[name].loss ?? /(\w+)\.formula\.ts$/.exec(path)[1];
  const found = Object.values(await import(pathToFileURL(join(root, path)).href));
  return found.find((definition) => definition.loss?.spec.name === loss);
}

/** What of a specification a kernel is made for: planes are rows by then, so "..." stands beside no other axis. */
function shapesOf({ arguments: specs }) {
  return specs.map(({ shape }) => {
    const symbols = shape.split(" ").filter((symbol) => symbol !== "...");
    return symbols.length > 0 ? symbols : ["..."];
  });
}

/** The numbers among the options, which are parameters, unless they are fixed. */
const parametersIn = ({ options }, fixed) =>
  Object.keys(options).filter((key) => options[key].type === "number" && !(key in fixed));

/** The trace of a formula, at lengths of which no two are equal. */
function traced({ loss: { spec }, formula }, fixed, type) {
  const shapes = shapesOf(spec);
  const lengths = Object.fromEntries([...new Set(shapes.flat())].map((symbol, i) => [symbol, [17, 19, 23][i]]));
  const numbers = parametersIn(spec, fixed);
  const missing = Object.keys(spec.options).filter((key) => !numbers.includes(key) && !(key in fixed));
  if (missing.length > 0) throw new Error(`${spec.name}: ${missing} is neither a number nor fixed`);
  return trace({
    arguments: shapes.map((symbols) => ({ symbols })),
    lengths,
    epsilon: EPSILON[type],
    formula: (maths, arrays, option) =>
      formula(
        maths,
        arrays.map((x, i) => (spec.arguments[i].differentiable ? x : maths.stop(x))),
        { ...fixed, ...Object.fromEntries(numbers.map((key, place) => [key, option(place)])) },
        lengths,
      ),
  });
}

/** The program of a type, with factors on the values or without. */
function program(definition, fixed, type, upstream) {
  const { spec } = definition.loss;
  const numbers = parametersIn(spec, fixed);
  const ranges = numbers.map((key) => interval(spec.options[key].range));
  const trace = traced(definition, fixed, type);
  const wanted = {
    gradients: spec.arguments.map(({ differentiable }) => differentiable === true),
    values: true,
    upstream,
  };
  const setting = {
    type,
    index: spec.arguments.map(({ kind }) => kind === "index"),
    options: numbers.length,
    positive: new Set([...ranges.keys()].filter((i) => !ranges[i](-1e-30) && !ranges[i](-1))),
    shared: false,
    selective: true,
  };
  return { ...programOf(trace, wanted, setting), byRows: trace.along !== undefined };
}

/** inputs, dims, options, values, gradients, scale, upstream, workspace: names by what a program calls them. */
function houseOrder({ arguments: specs, options }, plain, fixed) {
  const gradients = plain.stores.filter(({ to }) => to !== "values");
  return {
    ...Object.fromEntries(specs.map(({ name }, i) => [`input${i}`, name])),
    ...(plain.byRows ? { rows: "rows", cols: "cols" } : { cols: "n" }),
    ...Object.fromEntries(parametersIn({ options }, fixed).map((key, i) => [`option${i}`, key])),
    values: "values",
    ...Object.fromEntries(gradients.map(({ to }) => [to, `by${capital(specs[to.slice("gradient".length)].name)}`])),
    scale: "scale",
    [`input${specs.length}`]: "upstream",
    ...(needsScratch(plain) ? { scratch: "workspace" } : {}),
  };
}

const capital = (word) => word[0].toUpperCase() + word.slice(1);
const needsScratch = ({ schedule: { passes, kept } }) =>
  kept.size > 0 || passes.some(({ stages }) => stages.length > 0);

/** More instructions per element than these leave factors of 1 unnoticed. */
const LIGHT = 12;

const isLight = ({ byRows, schedule: { passes } }) => !byRows && passes.every(({ nodes }) => nodes.length <= LIGHT);

/**
 * The functions of a type: the kernel, and the bytes of its workspace. A light kernel calls a function of its own where there are
 * no factors on the values.
 */
function functionsOf(name, definition, fixed, type) {
  const [plain, weighed] = [false, true].map((upstream) => program(definition, fixed, type, upstream));
  const order = houseOrder(definition.loss.spec, weighed, fixed);
  const kernel = new Code(Object.fromEntries(Object.keys(order).map((key) => [key, isNumber(key) ? F64 : I32])));
  const helpers = parts(type);
  const bodies = isLight(plain) ? [weighed, plain] : [weighed];
  const call = (program) => {
    for (const key of parametersOf(program)) {
      if (key in order) kernel.get(key);
      else kernel.i32(key === "rows" ? 1 : 0);
    }
    return kernel.call(helpers.length + bodies.indexOf(program));
  };
  if (bodies.includes(plain)) {
    kernel.get(`input${plain.inputs.length}`).when(() => call(weighed).op("return"));
    call(plain);
  } else call(weighed);
  const functions = [...helpers, ...bodies.map(functionOf), { code: kernel, result: F64, exported: `${name}_${type}` }];
  const parameters = Object.entries(order).map(
    ([key, word]) => `${word}: ${isNumber(key) || key === "rows" || key === "cols" ? "number" : "Pointer"}`,
  );
  const signatures = [`${name}(${parameters.join(", ")}): number`];
  if (needsScratch(weighed)) {
    // Whole rows wait: their bytes are a multiple of the columns' and what is there at all.
    const bytes = new Code({ cols: I32 });
    const [none, step] = [scratchBytes(weighed, 0), weighed.schedule.kept.size];
    bytes
      .get("cols")
      .i32(type === "f32" ? 2 : 3)
      .op("i32.shl")
      .i32(79)
      .op("i32.add")
      .i32(-64)
      .op("i32.and");
    bytes
      .i32(step)
      .op("i32.mul")
      .i32(none - 64 * step)
      .op("i32.add");
    functions.push({ code: bytes, result: I32, exported: `${name}Workspace_${type}` });
    signatures.push(`${name}Workspace(cols: number): number`);
  }
  return { functions, signatures };
}

/** Names for a module's functions, as objects are put together by them. */
function namesOf(functions, prefix) {
  const bytes = [functions.length];
  for (const [i, { exported }] of functions.entries()) {
    const text = Buffer.from(exported ?? `${prefix}:${i}`);
    bytes.push(i, text.length, ...text);
  }
  return customSection("name", [1, ...sized(bytes)]);
}

const sized = (bytes) => [...unsigned(bytes.length), ...bytes];

function unsigned(value) {
  const rest = Math.floor(value / 128);
  return rest > 0 ? [(value % 128) | 128, ...unsigned(rest)] : [value];
}

const customSection = (name, bytes) => [0, ...sized([...sized([...Buffer.from(name)]), ...bytes])];

/** A module with all of a formula's functions, and a section that has their signatures. */
export async function formulaObject(name) {
  const { fixed = {} } = formulaKernels[name];
  const definition = await definitionOf(name);
  const types = ["f32", "f64"].map((type) => ({ type, ...functionsOf(name, definition, fixed, type) }));
  const modules = types.map(({ type, functions }) =>
    Buffer.from([...moduleOf(functions, false), ...namesOf(functions, `${name}_${type}`)]),
  );
  const text = types[0].signatures.map(
    (signature) => `  /** ${formulaKernels[name].file}.formula.ts */\n  ${signature};`,
  );
  return Buffer.from([...objectOf(modules), ...customSection("signatures", [...Buffer.from(text.join("\n"))])]);
}
