/** What λ-returns and advantages share: columns of one trajectory, gone through from its end to its beginning. */

import { checkEach, type Numbers, readNumbers } from "../../../contract/numbers.ts";
import type { ArgumentSpec, FunctionSpec } from "../../../contract/spec.ts";
import { commonDtype } from "../../../tensor/stage.ts";
import { arrayTypes, type FloatInput, type Tensor } from "../../../tensor/tensor.ts";

export interface ReturnsOptions {
  /** Discount γ of what follows, in [0, 1]. */
  discount: number;
  /** Share λ of the longer return, in [0, 1]: 0 looks one step ahead, 1 to the end. */
  lambda: number;
}

export const returnsOptions = {
  discount: { type: "number", default: undefined, required: true, range: "[0, 1]", doc: "Discount γ of what follows." },
  lambda: { type: "number", default: undefined, required: true, range: "[0, 1]", doc: "Share λ of the longer return." },
} as const;

/** A column of a trajectory. */
export const column = <N extends string>(name: N, doc: string) =>
  ({ name, shape: "T", kind: "float", differentiable: false, doc }) as const satisfies ArgumentSpec;

/** One trajectory: its columns in the order they were given, and room for the result. */
export interface Trajectory<A extends readonly FloatInput[]> {
  readonly columns: { readonly [K in keyof A]: Float64Array };
  readonly options: ReturnsOptions;
  readonly result: Float32Array | Float64Array;
}

/** Reads the columns, all [T], the last of them `dones`. */
export function readTrajectory<A extends readonly FloatInput[]>(
  spec: FunctionSpec,
  args: readonly unknown[],
): Trajectory<A> {
  const { inputs, options } = readNumbers<FloatInput[], ReturnsOptions>(spec, args);
  const dones = inputs.at(-1) as Numbers;
  checkEach(`${spec.name}: dones`, dones, (done) => !(done < 0 || done > 1), "outside [0, 1]");
  return {
    columns: inputs.map(({ data }) => data) as unknown as Trajectory<A>["columns"],
    options,
    result: new arrayTypes[commonDtype(inputs)](dones.data.length),
  };
}

/** factor · x, where a factor of 0 says that x has no say, be it NaN or infinite. */
export const share = (factor: number, x: number): number => (factor === 0 ? 0 : factor * x);

export const vector = (data: Float32Array | Float64Array): Tensor => ({ data, shape: [data.length] });
