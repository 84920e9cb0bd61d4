/**
 * Times value and gradient of the catalog's losses by kernels compiled from their formulas beside the kernels written by hand:
 *
 *     tsx scripts/compiled.ts                    every row of the benchmark that compiles, f32 and f64
 *     tsx scripts/compiled.ts focal 3            rows by part of their name, seconds for each of two columns
 *
 * Both run in turn on the same resident arrays, and the least time of each counts.
 */

import type { ArgumentSpec } from "../src/contract/spec.ts";
import * as catalog from "../src/engines/catalog.ts";
import type { Definition } from "../src/formula/define.ts";
import { resident } from "../src/index.ts";
import { compiledLoss } from "../test/formula/compiled.ts";
import type { Input, Row } from "./row.ts";
import { rows } from "./rows.ts";

const definitions = catalog as unknown as Readonly<Record<string, Definition>>;
type Call = () => unknown;

const [only = "", seconds = "0.6"] = process.argv.slice(2);

/** The least time of each, in turn. */
function least(calls: readonly Call[]): number[] {
  const best = calls.map(() => Number.POSITIVE_INFINITY);
  const end = performance.now() + 1000 * Number(seconds);
  for (let round = 0; round < 8 || performance.now() < end; round++)
    calls.forEach((call, i) => {
      const start = performance.now();
      call();
      best[i] = Math.min(best[i] as number, performance.now() - start);
    });
  return best;
}

/** Hand-written and compiled milliseconds; null where no kernel can be made of the formula. */
function timed(row: Row, dtype: "float32" | "float64"): number[] | null {
  const { name } = row.loss.spec;
  const hand = definitions[name]?.loss;
  if (!hand) return null;
  const compiled = compiling(row);
  if (!compiled) return null;
  const load = ({ data, shape }: Input) => {
    const tensor = resident(shape, data instanceof Int32Array ? "int32" : dtype);
    tensor.data.set(data as never);
    return tensor;
  };
  const { sampleWeight, ...inputs } = row.inputs();
  const tensors = Object.fromEntries(Object.entries(inputs).map(([key, input]) => [key, load(input)]));
  const out = Object.fromEntries(row.wrt.map((key) => [key, resident((inputs[key] as Input).shape, dtype)]));
  const weights = sampleWeight && load(sampleWeight);
  const args = row.loss.spec.arguments.map((argument) => tensors[argument.name]);
  const options = { ...row.options, reduction: "sum", wrt: row.wrt, out, ...(weights && { sampleWeight: weights }) };
  const calls = [hand, compiled].map((loss) => () => (loss as Row["loss"]).valueAndGrad(...args, options).value);
  const [wanted, came] = calls.map((call) => call() as number) as [number, number];
  if (!(Math.abs(came - wanted) <= 1e-5 * Math.abs(wanted))) console.log(`${row.name}: ${came}, by hand ${wanted}`);
  const times = least(calls);
  for (const tensor of [...Object.values(tensors), ...Object.values(out), ...(weights ? [weights] : [])])
    tensor.dispose();
  return times;
}

/** The row's loss by a compiled kernel; null where there is none, or none for so many axes. */
function compiling(row: Row) {
  const { name, arguments: specs } = row.loss.spec;
  try {
    const { loss, planes } = compiledLoss(name, { ...row.options });
    const inputs = row.inputs();
    const axes = ({ name: key, shape }: ArgumentSpec) => {
      const symbols = shape.split(" ").filter((symbol) => symbol && symbol !== "...");
      return planes || symbols.length === 0 || (inputs[key] as Input).shape.length <= symbols.length;
    };
    return (specs as readonly ArgumentSpec[]).every(axes) ? loss : null;
  } catch {
    return null;
  }
}

const show = (times: number[]) => {
  const [hand, own] = times as [number, number];
  return `${hand.toFixed(3).padStart(8)} ${own.toFixed(3).padStart(8)} ${(hand / own).toFixed(2).padStart(6)}`;
};

console.log(`${"".padEnd(44)} f32 hand compiled  ratio   f64 hand compiled  ratio`);
for (const row of rows) {
  if (!row.name.toLowerCase().includes(only.toLowerCase())) continue;
  const columns = (["float32", "float64"] as const).map((dtype) => timed(row, dtype));
  if (columns[0]) console.log(`${row.name.padEnd(44)} ${columns.map((times) => show(times as number[])).join("  ")}`);
}
