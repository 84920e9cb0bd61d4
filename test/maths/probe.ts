import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import asc from "assemblyscript/asc";

const root = resolve(import.meta.dirname, "../..");

/** What the kernels share, by name: a formula of the vector x. */
const formulas = {
  angle: "angle<T>(x, splat<T>(1))",
  exp: "exp<T>(x)",
  log: "log<T>(x)",
  log1p: "log1p<T>(x)",
  logRough: "logRough<T>(x)",
  oneMinusExp: "oneMinusExp<T>(x)",
  sigmoid: "sigmoid<T>(x, expMinusAbs<T>(x), sigmoidOfAbs<T>(expMinusAbs<T>(x)))",
  sigmoidOfMinus: "sigmoidOfMinus<T>(x, expMinusAbs<T>(x), sigmoidOfAbs<T>(expMinusAbs<T>(x)))",
  softplus: "softplus<T>(x, expMinusAbs<T>(x))",
};
export type Name = keyof typeof formulas;
export type Floats = Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;

const imports = `
import { angle } from "./src/kernel/maths/atan.kernel";
import { exp, oneMinusExp } from "./src/kernel/maths/exp.kernel";
import { log, log1p, logRough } from "./src/kernel/maths/log.kernel";
import { expMinusAbs, sigmoid, sigmoidOfAbs, sigmoidOfMinus, softplus } from "./src/kernel/maths/sigmoid.kernel";
import { splat } from "./src/kernel/maths/vector.kernel";
`;

/** A function over an array in place; the array's length is a multiple of the vector's. */
const loop = (name: string, formula: string) => `
function ${name}<T extends number>(at: usize, n: i32): void {
  for (const end = at + <usize>n * sizeof<T>(); at < end; at += 16) {
    const x = v128.load(at);
    v128.store(at, ${formula});
  }
}
export function ${name}_f32(at: usize, n: i32): void { ${name}<f32>(at, n); }
export function ${name}_f64(at: usize, n: i32): void { ${name}<f64>(at, n); }
`;

/** Compiles the probe in memory and returns the functions over arrays. */
export async function compileProbe(): Promise<(name: Name, x: Floats) => Floats> {
  const source =
    imports +
    Object.entries(formulas)
      .map(([name, formula]) => loop(`${name}Of`, formula))
      .join("");
  let wasm: Uint8Array<ArrayBuffer> | undefined;
  const { error, stderr } = await asc.main(
    ["probe.ts", "--outFile", "probe.wasm", "--runtime", "stub", "--importMemory", "--enable", "simd", "-O3"],
    {
      readFile: (name) => (name === "probe.ts" ? source : read(name)),
      writeFile: (name, contents) => {
        if (name === "probe.wasm") wasm = new Uint8Array(contents as Uint8Array<ArrayBuffer>);
      },
      listFiles: () => [],
    },
  );
  if (error || !wasm) throw new Error(`the probe does not compile: ${stderr.toString()}`);
  return bind(wasm);
}

function read(name: string): string | null {
  try {
    return readFileSync(resolve(root, name), "utf8");
  } catch {
    return null;
  }
}

function bind(wasm: Uint8Array<ArrayBuffer>) {
  const memory = new WebAssembly.Memory({ initial: 1024 });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(wasm), { env: { memory } });
  return (name: Name, x: Floats): Floats => {
    const [suffix, View] =
      x instanceof Float32Array ? (["f32", Float32Array] as const) : (["f64", Float64Array] as const);
    const padded = x.length + (-x.length & 3);
    const view = new View(memory.buffer, 65536, padded);
    view.set(x);
    (exports[`${name}Of_${suffix}`] as (at: number, n: number) => void)(65536, padded);
    return view.slice(0, x.length);
  };
}
