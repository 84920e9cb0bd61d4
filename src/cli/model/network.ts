/** The model that is trained: linear, or with one hidden layer of rectified units. Plain loops; only losses are kernels. */
import type { Random } from "../../random.ts";

/** Rows of y ← x Wᵀ + b; `weights` holds one row an output, its bias last. */
function affine(x: Float32Array, count: number, inputs: number, weights: Float32Array, y: Float32Array): void {
  const stride = inputs + 1;
  const outputs = weights.length / stride;
  for (let row = 0; row < count; row++)
    for (let o = 0; o < outputs; o++) {
      const at = o * stride;
      const from = row * inputs;
      // Two sums, so that an addition need not wait for the one before.
      let even = weights[at + inputs] as number;
      let odd = 0;
      let i = 0;
      for (; i + 1 < inputs; i += 2) {
        even += (weights[at + i] as number) * (x[from + i] as number);
        odd += (weights[at + i + 1] as number) * (x[from + i + 1] as number);
      }
      if (i < inputs) even += (weights[at + i] as number) * (x[from + i] as number);
      y[row * outputs + o] = even + odd;
    }
}

/** Adds the gradient of `weights`, and writes that of x where it is wanted. */
function affineGradient(
  x: Float32Array,
  count: number,
  inputs: number,
  weights: Float32Array,
  upstream: Float32Array,
  gradient: Float32Array,
  xGradient: Float32Array | null,
): void {
  const stride = inputs + 1;
  const outputs = weights.length / stride;
  xGradient?.fill(0, 0, count * inputs);
  for (let row = 0; row < count; row++)
    for (let o = 0; o < outputs; o++) {
      const g = upstream[row * outputs + o] as number;
      if (g === 0) continue;
      const at = o * stride;
      const from = row * inputs;
      for (let i = 0; i < inputs; i++) gradient[at + i] = (gradient[at + i] as number) + g * (x[from + i] as number);
      gradient[at + inputs] = (gradient[at + inputs] as number) + g;
      if (xGradient)
        for (let i = 0; i < inputs; i++)
          xGradient[from + i] = (xGradient[from + i] as number) + g * (weights[at + i] as number);
    }
}

interface Layer {
  readonly inputs: number;
  readonly weights: Float32Array;
  readonly gradient: Float32Array;
}

export interface Network {
  readonly parameters: Float32Array;
  readonly gradient: Float32Array;
  /** Scores of `count` rows into `scores`. */
  forward(x: Float32Array, count: number, scores: Float32Array): void;
  /** The parameters' gradient from the scores', for the rows of the last `forward`. */
  backward(x: Float32Array, count: number, upstream: Float32Array): void;
  /** Multiplies the weights, not the biases. */
  shrink(factor: number): void;
}

/** Weights start normal with deviation 1/√inputs (√2 of it before rectified units), biases at 0. */
export function createNetwork(
  inputs: number,
  hidden: number,
  outputs: number,
  mostRows: number,
  random: Random,
): Network {
  const shapes = hidden ? [inputs, hidden, outputs] : [inputs, outputs];
  const sizes = shapes.slice(1).map((units, i) => ((shapes[i] as number) + 1) * units);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const parameters = new Float32Array(total);
  const gradient = new Float32Array(total);
  const layers = sizes.map((size, i): Layer => {
    const from = i === 0 ? 0 : (sizes[0] as number);
    return {
      inputs: shapes[i] as number,
      weights: parameters.subarray(from, from + size),
      gradient: gradient.subarray(from, from + size),
    };
  });
  for (const [i, { inputs: width, weights }] of layers.entries()) {
    const spread = Math.sqrt((i + 1 < layers.length ? 2 : 1) / width);
    for (let at = 0; at < weights.length; at++) weights[at] = at % (width + 1) === width ? 0 : spread * random.normal();
  }
  const [first, last] = [layers[0] as Layer, layers.at(-1) as Layer];
  const units = new Float32Array(hidden * mostRows);
  const unitsGradient = new Float32Array(hidden * mostRows);

  return {
    parameters,
    gradient,
    forward: (x, count, scores) => {
      if (!hidden) return affine(x, count, inputs, last.weights, scores);
      affine(x, count, inputs, first.weights, units);
      for (let i = 0; i < count * hidden; i++) if ((units[i] as number) < 0) units[i] = 0;
      affine(units, count, hidden, last.weights, scores);
    },
    backward: (x, count, upstream) => {
      gradient.fill(0);
      if (!hidden) return affineGradient(x, count, inputs, last.weights, upstream, last.gradient, null);
      affineGradient(units, count, hidden, last.weights, upstream, last.gradient, unitsGradient);
      for (let i = 0; i < count * hidden; i++) if (units[i] === 0) unitsGradient[i] = 0;
      affineGradient(x, count, inputs, first.weights, unitsGradient, first.gradient, null);
    },
    shrink: (factor) => {
      for (const { inputs: width, weights } of layers)
        for (let at = 0; at < weights.length; at++)
          if (at % (width + 1) !== width) weights[at] = (weights[at] as number) * factor;
    },
  };
}
