/** Formulas of tests as kernels, run on plain numbers, with canaries behind all they write. */
import { FormulaKernels, type Source } from "../../src/formula/compiler/compile.ts";
import type { Traced } from "../../src/formula/compiler/trace.ts";
import type { Maths } from "../../src/formula/maths.ts";
import { allocate, memory, release, take, withScratch } from "../../src/kernel/arena.ts";
import { nowhere, type Pointer } from "../../src/kernel/kernels.ts";
import { arrayTypes, type Dtype } from "../../src/tensor/tensor.ts";

const CANARY = 77;

export interface Outcome {
  readonly sum: number;
  readonly values: number[];
  readonly gradients: number[][];
}

export type Formula = (m: Maths<Traced>, inputs: readonly Traced[], option: (place: number) => Traced) => Traced;

/** A kernel of arguments with these symbols, those in `index` of whole numbers. */
export function kernelOf(
  symbols: readonly string[],
  formula: Formula,
  given: Partial<Source> = {},
  index: readonly number[] = [],
) {
  const kernels = new FormulaKernels({
    arguments: symbols.map((own, i) => ({ symbols: own.split(" "), index: index.includes(i) })),
    options: 0,
    positive: new Set(),
    formula,
    ...given,
  });
  return (
    dtype: Dtype,
    lengths: Readonly<Record<string, number>>,
    inputs: readonly (readonly number[])[],
    { options = [], scale = 1 }: { options?: readonly number[]; scale?: number } = {},
  ): Outcome => {
    const width = dtype === "float32" ? 4 : 8;
    const size = (own: readonly string[]) => own.reduce((product, symbol) => product * (lengths[symbol] as number), 1);
    const blocks: [Pointer, number][] = [];
    const block = (count: number, type: keyof typeof arrayTypes): Pointer => {
      const bytes = (count + 8) * width;
      const pointer = allocate(bytes);
      blocks.push([pointer, bytes]);
      new arrayTypes[type](memory.buffer, pointer, count + 8).fill(CANARY);
      return pointer;
    };
    const put = (numbers: readonly number[], type: keyof typeof arrayTypes): Pointer => {
      const pointer = block(numbers.length, type);
      new arrayTypes[type](memory.buffer, pointer, numbers.length).set(numbers);
      return pointer;
    };
    const read = (pointer: Pointer, count: number): number[] => {
      const all = Array.from(new arrayTypes[dtype](memory.buffer, pointer, count + 8));
      if (all.slice(count).some((number) => number !== CANARY)) throw new Error("it wrote too far");
      return all.slice(0, count);
    };
    const from = inputs.map((numbers, i) => put(numbers, index.includes(i) ? "int32" : dtype));
    const values = block(size(kernels.symbols), dtype);
    const gradients = inputs.map((numbers, i) =>
      index.includes(i) || symbols[i] === "C" ? nowhere : block(numbers.length, dtype),
    );
    const sum = withScratch(() =>
      kernels.run({ dtype, lengths, inputs: from, gradients, values, upstream: nowhere, scale, options, take }),
    );
    const outcome = {
      sum,
      values: read(values, size(kernels.symbols)),
      gradients: gradients.map((pointer, i) =>
        pointer === nowhere ? [] : read(pointer, (inputs[i] as number[]).length),
      ),
    };
    for (const [pointer, bytes] of blocks) release(pointer, bytes);
    return outcome;
  };
}
