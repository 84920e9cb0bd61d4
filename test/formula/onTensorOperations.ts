/** Losses of the catalog by tensor operations on their formulas, in f64. */

import { readNative } from "../../src/engines/call.ts";
import * as catalog from "../../src/engines/catalog.ts";
import { type Definition, evaluatePortable } from "../../src/formula/define.ts";
import { derive } from "../../src/formula/tensors/derive.ts";
import { ArrayNode } from "../../src/formula/tensors/graph.ts";
import { TensorProgram } from "../../src/formula/tensors/program.ts";
import { trace } from "../../src/formula/tensors/trace.ts";
import { memory, take, withScratch } from "../../src/kernel/arena.ts";
import { nowhere, type Pointer } from "../../src/kernel/kernels.ts";
import { type Input, isState, type Result } from "../engines/cases.ts";
import type { Options } from "../harness/calls.ts";
import type { Sample } from "../harness/samples.ts";

const definitions = catalog as unknown as Readonly<Record<string, Definition>>;

/** Value and gradients; throws `InvalidFormula` where a formula wants to see numbers. */
export function valueAndGrad(name: string, inputs: readonly Input[], options: Options): Result {
  const definition = definitions[name] as Definition;
  const { spec } = definition.loss;
  const samples = inputs.flatMap((input) => (isState(input) ? [] : (input as Sample)));
  const names = { show: (shape: readonly number[]) => `[${shape.join(", ")}]`, isSymbol: () => false };
  const {
    graph,
    inputs: arrays,
    value,
  } = trace(
    {
      shapes: samples.map(({ shape }) => shape),
      formula: (maths, given) => {
        let at = 0;
        const next = () => given[at++] as ArrayNode;
        const args = inputs.map((input) => (isState(input) ? input : Array.isArray(input) ? input.map(next) : next()));
        const call = readNative<ArrayNode>(spec, [...args, options], {
          noun: "an array",
          dtype: "float64",
          isArray: (x): x is ArrayNode => x instanceof ArrayNode,
          shapeOf: ({ shape }) => shape,
          toIndices: (x) => x,
          toFloats: (x) => x,
          constant: maths.constant,
          numbers: maths.numbers,
        });
        return evaluatePortable(definition, maths, call);
      },
    },
    names,
  );
  const slopes = derive(graph, value, arrays, graph.number(1));
  const gradients = slopes.map((slope, i) => slope && graph.broadcast(slope, samples[i]?.shape as number[]));
  const program = new TensorProgram({ sum: value, values: null, gradients }, "float64", [], () => "");
  return withScratch(() => {
    const put = (numbers: ArrayLike<number>): Pointer => {
      const pointer = take("float64", numbers.length);
      new Float64Array(memory.buffer, pointer, numbers.length).set(numbers);
      return pointer;
    };
    const sizes = samples.map(({ data }) => data.length);
    const blocks = sizes.map((size) => take("float64", size));
    const call = { upstream: nowhere, values: nowhere, scale: 1, options: [], take, gradients: blocks };
    const total = program.run({ ...call, inputs: samples.map(({ data }) => put(data)) });
    const read = (place: number) => [...new Float64Array(memory.buffer, blocks[place], sizes[place])];
    let at = 0;
    const grads = Object.fromEntries(
      inputs.flatMap((input, i) => {
        const count = isState(input) ? 0 : [input].flat().length;
        const places = Array.from({ length: count }, () => at++);
        return count === 0 ? [] : [[spec.arguments[i]?.name, places.flatMap(read)]];
      }),
    );
    return { value: total, grads };
  });
}
