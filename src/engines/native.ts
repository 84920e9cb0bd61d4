/** The type of a loss on an engine's arrays. */
import type { Loss, ScalarLoss } from "../contract/loss.ts";
import type { Last } from "../contract/signature.ts";
import type { LossSpec, Reduction } from "../contract/spec.ts";
import type { FloatInput, IndexInput } from "../tensor/tensor.ts";

type NativeInputs<A extends readonly unknown[], X> = {
  readonly [K in keyof A]: IndexInput extends A[K]
    ? X
    : readonly FloatInput[] extends A[K]
      ? X | readonly X[]
      : FloatInput extends A[K]
        ? X
        : A[K];
};

/** Options as the package's own, where numbers may also be an array of the engine. */
type NativeOptions<O, X> = { [K in keyof O]: FloatInput extends O[K] ? O[K] | X : O[K] } & Ranged<O>;

/** Bytes have a range of their own; an engine's arrays have none. */
type Ranged<O> = "dataRange" extends keyof O ? { dataRange: number } : unknown;

type Call<A extends readonly unknown[], O, X, E> = (
  ...args: [...inputs: NativeInputs<A, X>, ...Last<NativeOptions<O, X>, E>]
) => X;

/** The loss `L` on arrays of type `X`; `E` are options of the engine's own. */
export type Native<L, X, E = unknown> = (L extends Loss<infer A, infer O, infer _>
  ? Call<A, O, X, E & { reduction?: Reduction; sampleWeight?: FloatInput | X }>
  : L extends ScalarLoss<infer A, infer O, infer _>
    ? Call<A, O, X, E>
    : never) & { readonly spec: LossSpec };
