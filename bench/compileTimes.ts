/**
 * Times how long formulas take to become kernels: the catalog's, as a user's would be.
 *
 *     tsx scripts/compileTimes.ts                every loss that compiles
 *     node build/compileTimes.bench.mjs          the same by another Node, once that has run
 *
 * "define" is what `defineFormula` does, "call" the kernel of a first call in f32 with gradients: the least of milliseconds of
 * processor time, all threads together, which other programs do not disturb. Cold is in a process that has compiled no other
 * formula, warm in one that has traced all of them.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import * as catalog from "../src/engines/catalog.ts";
import type { Definition } from "../src/formula/define.ts";
import { type BothSources, runnerFor } from "../src/formula/runner.ts";
import { l1Loss } from "../src/index.ts";
import { take, withScratch } from "../src/kernel/arena.ts";
import { nowhere } from "../src/kernel/kernels.ts";
import { compiledLoss, sourceOf } from "../test/formula/compiled.ts";
import type { Options } from "../test/harness/calls.ts";

const definitions = catalog as unknown as Readonly<Record<string, Definition>>;
const given: Readonly<Record<string, Options>> = { multiQuantileLoss: { quantiles: [0.1, 0.5, 0.9] } };
const lengths: Readonly<Record<string, number>> = { N: 3, C: 4, D: 4, Q: 3, "...": 5 };

const now = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** Milliseconds of defining a formula and of its first call. */
function timed(name: string, source: BothSources): [define: number, call: number] {
  const { arguments: specs } = (definitions[name] as Definition).loss.spec;
  const wanted = source.arguments.map((_, i) => {
    const argument = specs[i];
    return argument !== undefined && "differentiable" in argument && argument.differentiable;
  });
  return withScratch(() => {
    const pointers = source.arguments.map(() => take("bytes", 4096));
    const start = now();
    const runner = runnerFor(source, wanted);
    const defined = now();
    const gradients = pointers.map((pointer, i) => (wanted[i] ? pointer : nowhere));
    const call = {
      dtype: "float32",
      lengths,
      inputs: pointers,
      gradients,
      values: nowhere,
      upstream: nowhere,
    } as const;
    runner.run({ ...call, scale: 1, options: [], take });
    return [defined - start, now() - defined];
  });
}

/** In a process of its own, the least of three. */
function cold(name: string, planes: boolean): [define: number, call: number] {
  const runs = [1, 2, 3].map(() => {
    const { stdout } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), name, String(planes)], {
      encoding: "utf8",
    });
    return JSON.parse(stdout.trim()) as [number, number];
  });
  return runs.reduce((a, b) => (a[0] + a[1] <= b[0] + b[1] ? a : b));
}

function table(): void {
  const compiling = Object.keys(definitions).flatMap((name) => {
    try {
      return [{ name, planes: compiledLoss(name, given[name] ?? {}).planes }];
    } catch {
      return [];
    }
  });
  console.log(`Node ${process.versions.node}, ms${" ".repeat(20)}cold: define  call   sum  warm: define  call   sum`);
  const shown = (pair: readonly number[]) =>
    [...pair, pair.reduce((a, b) => a + b)].map((ms) => ms.toFixed(1).padStart(6)).join("");
  for (const { name, planes } of compiling) {
    const source = sourceOf(name, given[name] ?? {}, planes);
    const runs = Array.from({ length: 9 }, () => timed(name, source));
    const warm = [0, 1].map((i) => Math.min(...runs.map((run) => run[i] as number)));
    console.log(name.padEnd(40), shown(cold(name, planes)), "     ", shown(warm));
  }
}

// The package's own module is there before a user's formula is called.
l1Loss([1], [2]);
const [name, planes] = process.argv.slice(2);
if (name) console.log(JSON.stringify(timed(name, sourceOf(name, given[name] ?? {}, planes === "true"))));
else table();
