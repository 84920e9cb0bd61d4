/** Activations on an engine's arrays: losses that are never reduced. */

import { unreduced } from "../activations/activation.ts";
import type { CommonOptions } from "../contract/loss.ts";
import type { Given } from "../contract/signature.ts";
import { type FunctionSpec, frozen, type LossSpec } from "../contract/spec.ts";

/** An activation on arrays of type `X`; `E` are options of the engine's own. */
export interface NativeActivation<X, E = unknown> {
  (inputs: X, options?: Given<CommonOptions & E>): X;
  readonly spec: FunctionSpec;
}

/** The activation of a loss that takes these options beside those of every call. */
export function unreducedLoss<X, E>(
  loss: ((...args: never) => X) & { readonly spec: LossSpec },
  extra: readonly string[] = [],
): NativeActivation<X, E> {
  const { name, family, title, summary, arguments: specs, options } = loss.spec;
  const spec: FunctionSpec = frozen({ name, family, title, summary, arguments: specs, options });
  const call = loss as unknown as (...args: unknown[]) => X;
  const activation = (...args: unknown[]) => call(...unreduced(spec, args, ["checkFinite", ...extra]));
  Object.defineProperty(activation, "name", { value: name });
  return Object.assign(activation, { spec });
}
