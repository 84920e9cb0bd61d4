/** The type of a loss on an engine's arrays. */
import type { ByKind } from "../contract/kinds.ts";
import type { CommonOptions, Loss, ScalarLoss } from "../contract/loss.ts";
import type { Last } from "../contract/signature.ts";
import type { LossSpec, Reduction } from "../contract/spec.ts";
import type { FloatInput } from "../tensor/tensor.ts";

type NativeInputs<A extends readonly unknown[], X> = {
  readonly [K in keyof A]: ByKind<A[K], X, X | readonly X[]>;
};

/** Options as the package's own, where numbers may also be an array of the engine. */
type NativeOptions<O, X> = { [K in keyof O]: FloatInput extends O[K] ? O[K] | X : O[K] };

type Call<A extends readonly unknown[], O, X, E> = (
  ...args: [...inputs: NativeInputs<A, X>, ...Last<NativeOptions<O, X>, E>]
) => X;

/** The loss `L` on arrays of type `X`; `E` are options of the engine's own. */
export type Native<L, X, E = unknown> = (L extends Loss<infer A, infer O, infer _>
  ? Call<A, O, X, E & CommonOptions & { reduction?: Reduction; sampleWeight?: FloatInput | X }>
  : L extends ScalarLoss<infer A, infer O, infer _>
    ? Call<A, O, X, E & CommonOptions>
    : never) & { readonly spec: LossSpec };
