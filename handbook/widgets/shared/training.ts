/** Linear models trained in the page: plain gradient descent on all rows, by the package's gradients. */

/** Standardised features, a column each; the model's last weight is its constant. */
export type Columns = readonly ArrayLike<number>[];

/** The gradient of a loss for every row's prediction. */
export type Slope = (predictions: Float64Array) => ArrayLike<number>;

export function predict(weights: readonly number[], columns: Columns): Float64Array {
  const rows = (columns[0] as ArrayLike<number>).length;
  const out = new Float64Array(rows).fill(weights[columns.length] as number);
  columns.forEach((column, k) => {
    const w = weights[k] as number;
    for (let i = 0; i < rows; i++) (out[i] as number) += w * (column[i] as number);
  });
  return out;
}

/** Weights after so many steps from 0; `slope` is that of the mean loss. */
export function train(columns: Columns, slope: Slope, steps: number, rate: number): number[] {
  const weights = [...columns, null].map(() => 0);
  for (let step = 0; step < steps; step++) {
    const pull = slope(predict(weights, columns));
    const gradient = (column?: ArrayLike<number>) => {
      let sum = 0;
      for (let i = 0; i < pull.length; i++) sum += (pull[i] as number) * (column ? (column[i] as number) : 1);
      return sum;
    };
    weights.forEach((w, k) => {
      weights[k] = w - rate * gradient(columns[k]);
    });
  }
  return weights;
}

export interface Scale {
  readonly middle: number;
  readonly width: number;
}

/** Mean and standard deviation. */
export function scaleOf(values: readonly number[]): Scale {
  const middle = values.reduce((a, b) => a + b, 0) / values.length;
  return { middle, width: Math.sqrt(values.reduce((sum, v) => sum + (v - middle) ** 2, 0) / values.length) };
}

/** Median, and a standard deviation from the quartiles: wrong values move neither. */
export function robustScaleOf(values: readonly number[]): Scale {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] as number;
  return { middle: at(0.5), width: (at(0.75) - at(0.25)) / 1.349 };
}

export const scaled = (value: number, { middle, width }: Scale): number => (value - middle) / width;

/** The order 0…count − 1 shuffled, always in the same way (Lehmer's generator). */
export function shuffled(count: number): number[] {
  const order = Array.from({ length: count }, (_, i) => i);
  let seed = 11;
  for (let i = count - 1; i > 0; i--) {
    seed = (seed * 48271) % 2147483647;
    const j = seed % (i + 1);
    [order[i], order[j]] = [order[j] as number, order[i] as number];
  }
  return order;
}
