/**
 * Writes the modules of all formulas of the catalog that compile to build/emitted, and has them validated by the Node that runs it:
 *
 *     tsx scripts/emitted.ts
 *     npx -y -p node@24 node build/emitted.bench.mjs      once that has run
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as catalog from "../src/engines/catalog.ts";
import type { Definition } from "../src/formula/define.ts";
import { take, withScratch } from "../src/kernel/arena.ts";
import { type Dtype, nowhere } from "../src/kernel/kernels.ts";
import { type Compiled, compiledLoss } from "../test/formula/compiled.ts";
import type { Options } from "../test/harness/calls.ts";

const definitions = catalog as unknown as Readonly<Record<string, Definition>>;
const given: Readonly<Record<string, Options>> = { multiQuantileLoss: { quantiles: [0.1, 0.5, 0.9] } };
const folder = join(process.cwd(), "build", "emitted");
const { Module } = WebAssembly;

function compiled(name: string): Compiled | null {
  try {
    return compiledLoss(name, given[name] ?? {});
  } catch {
    return null;
  }
}

/** Has a kernel made: of values alone, or of gradients under cotangents. */
function make(name: string, { kernels }: Compiled, dtype: Dtype, inner: number, slopes: boolean): void {
  const { arguments: specs } = (definitions[name] as Definition).loss.spec;
  const lengths = { N: 3, C: 4, D: 4, Q: 3, "...": inner };
  withScratch(() => {
    const inputs = specs.map(() => take("bytes", 8192));
    const gradients = inputs.map((pointer, i) => {
      const argument = specs[i];
      return slopes && argument && "differentiable" in argument && argument.differentiable ? pointer : nowhere;
    });
    const factors = take("bytes", 8192);
    const around = slopes ? { values: nowhere, upstream: factors } : { values: factors, upstream: nowhere };
    kernels.run({ dtype, lengths, inputs, gradients, ...around, scale: 1, options: [], take });
  });
}

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
let current = "";
let count = 0;
WebAssembly.Module = class extends Module {
  constructor(bytes: BufferSource) {
    const own = bytes as Uint8Array;
    if (current) {
      count++;
      writeFileSync(join(folder, `${current}.wasm`), own);
      if (!WebAssembly.validate(bytes)) throw new Error(`${current}: this Node finds its module invalid`);
    }
    super(bytes);
  }
};
for (const name of Object.keys(definitions)) {
  const own = compiled(name);
  if (!own) continue;
  for (const dtype of ["float32", "float64"] as const)
    for (const inner of own.planes ? [1, 5] : [1])
      for (const slopes of [false, true]) {
        current = [name, dtype, inner > 1 ? "planes" : "rows", slopes ? "gradients" : "values"].join(".");
        make(name, own, dtype, inner, slopes);
        current = "";
      }
}
console.log(`Node ${process.versions.node}: ${count} modules, all of them valid`);
