/** Targets and advantages along a trajectory: recursions from its end to its beginning, in f64. */
import { checkNames } from "../../../options.ts";
import { describe, readInput, type View } from "../../../tensor/read.ts";
import { Bindings, bindArgument } from "../../../tensor/shapes.ts";
import { commonDtype, position } from "../../../tensor/stage.ts";
import { arrayTypes, type FloatInput, type Shape, type Tensor } from "../../../tensor/tensor.ts";

export interface ReturnsOptions {
  /** Discount γ of what follows, in [0, 1]. */
  discount: number;
  /** Share λ of the longer return, in [0, 1]: 0 looks one step ahead, 1 to the end. */
  lambda: number;
}

type Step = Readonly<Record<"values" | "rewards" | "nextValues" | "dones", number>>;

/** Runs `recursion` over the steps, last first; it gets a step and what it gave for the one after (null at the end). */
function backwards<K extends keyof Step>(
  name: string,
  inputs: Readonly<Record<K, FloatInput>>,
  options: ReturnsOptions,
  recursion: (step: Pick<Step, K>, after: number | null) => number,
): Tensor {
  checkReturnsOptions(name, options);
  const bindings = new Bindings();
  const bound: { name: string; shape: Shape }[] = [];
  const columns = (Object.keys(inputs) as K[]).map((key): [K, View] => {
    const view = readInput(`${name}: ${key}`, inputs[key]);
    bindArgument(name, bindings, { name: key, shape: "T" }, view.shape, bound);
    bound.push({ name: key, shape: view.shape });
    return [key, view];
  });
  const dones = Array.from(columns.find(([key]) => key === "dones")?.[1].data ?? [], Number);
  const wrong = dones.findIndex((done) => done < 0 || done > 1);
  if (wrong >= 0)
    throw new RangeError(`${name}: dones${position(wrong, [dones.length])} is ${dones[wrong]}, outside [0, 1]`);
  const data = new arrayTypes[commonDtype(columns.map(([, view]) => view))](dones.length);
  let after: number | null = null;
  for (let t = dones.length - 1; t >= 0; t--) {
    const step = Object.fromEntries(columns.map(([key, view]) => [key, Number(view.data[t])])) as Pick<Step, K>;
    after = recursion(step, after);
    data[t] = after;
  }
  return { data, shape: [dones.length] };
}

function checkReturnsOptions(name: string, options: unknown): asserts options is ReturnsOptions {
  if (typeof options !== "object" || options === null)
    throw new TypeError(`${name}: options is ${describe(options)}, expected { discount, lambda }`);
  checkNames(name, options as ReturnsOptions & Record<string, unknown>, ["discount", "lambda"]);
  for (const key of ["discount", "lambda"] as const) {
    const value = (options as ReturnsOptions)[key] as unknown;
    if (typeof value !== "number")
      throw new TypeError(`${name}: ${key} is ${describe(value)}, expected a number in [0, 1]`);
    if (!(value >= 0 && value <= 1)) throw new RangeError(`${name}: ${key} is ${value}, outside [0, 1]`);
  }
}

/**
 * λ-returns of a trajectory: targets that blend returns of every length.
 *
 *     G_t = r_t + γ (1 − d_t) ((1 − λ) v'_t + λ G_{t+1}),   G = r + γ (1 − d) v' at the last step
 *
 * Shapes     rewards, nextValues, dones: [T]. Result: [T].
 * Errors     discount or lambda missing or outside [0, 1]; dones outside [0, 1]; shapes that differ; empty input.
 * Edges      NaN spreads to the steps before it, up to the end of the episode before.
 * Relation   λ = 0 is the target of tdLoss; λ = 1 the discounted sum of rewards, with the last value behind it.
 *            Terminal is not time-out: an episode that was cut off ends with done = 0; hand each such piece over alone.
 * Source     R. S. Sutton and A. G. Barto, Reinforcement Learning, 2nd edition, 2018, section 12.1.
 */
export function lambdaReturns(
  rewards: FloatInput,
  nextValues: FloatInput,
  dones: FloatInput,
  options: ReturnsOptions,
): Tensor {
  return backwards("lambdaReturns", { rewards, nextValues, dones }, options, (step, after) => {
    const { discount, lambda } = options;
    const ahead = after === null ? step.nextValues : (1 - lambda) * step.nextValues + lambda * after;
    return step.rewards + (step.dones === 1 ? 0 : discount * (1 - step.dones) * ahead);
  });
}

/**
 * Generalised advantage estimation: how much better each step went than its value said.
 *
 *     δ_t = r_t + γ (1 − d_t) v'_t − v_t
 *     A_t = δ_t + γ λ (1 − d_t) A_{t+1}
 *
 * Shapes     values, rewards, nextValues, dones: [T]. Result: [T].
 * Errors     discount or lambda missing or outside [0, 1]; dones outside [0, 1]; shapes that differ; empty input.
 * Edges      NaN spreads to the steps before it, up to the end of the episode before.
 * Relation   lambdaReturns − values, where each step's next value is the value of the step after it.
 *            Terminal is not time-out: an episode that was cut off ends with done = 0; hand each such piece over alone.
 * Source     J. Schulman et al., High-Dimensional Continuous Control Using Generalized Advantage Estimation, 2016.
 */
export function generalizedAdvantage(
  values: FloatInput,
  rewards: FloatInput,
  nextValues: FloatInput,
  dones: FloatInput,
  options: ReturnsOptions,
): Tensor {
  return backwards("generalizedAdvantage", { values, rewards, nextValues, dones }, options, (step, after) => {
    const { discount, lambda } = options;
    const ahead = step.nextValues + lambda * (after ?? 0);
    return step.rewards + (step.dones === 1 ? 0 : discount * (1 - step.dones) * ahead) - step.values;
  });
}
