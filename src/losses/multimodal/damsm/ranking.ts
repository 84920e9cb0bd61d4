/** Two cross entropies over a square of similarities, whose diagonal holds the true pairs: by rows and by columns. */

export interface Ranking {
  /** Mean over rows of −log of the true column's share. */
  readonly byRows: number;
  /** Mean over columns of −log of the true row's share. */
  readonly byColumns: number;
  /** Gradient of the sum of both, [N, N]. */
  readonly gradient: Float64Array;
}

/** `scores` [N, N] times `scale`; pairs of different samples of one class are left out. */
export function rank(scores: Float64Array, n: number, scale: number, classes: ArrayLike<number> | null): Ranking {
  const gradient = new Float64Array(n * n);
  const line = new Float64Array(n);
  const direction = (step: number, start: number) => {
    let sum = 0;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        const masked = classes !== null && i !== j && classes[i] === classes[j];
        line[j] = masked ? Number.NEGATIVE_INFINITY : scale * (scores[i * start + j * step] as number);
      }
      sum += surprise(line, i);
      for (let j = 0; j < n; j++) {
        const at = i * start + j * step;
        gradient[at] = (gradient[at] as number) + (scale / n) * (line[j] as number);
      }
    }
    return sum / n;
  };
  return { byRows: direction(1, n), byColumns: direction(n, 1), gradient };
}

/**
 * −log softmax(line)_own; leaves the softmax in the line, less 1 at `own`. The rivals are summed apart from the own share, so that
 * confident lines keep their digits.
 */
function surprise(line: Float64Array, own: number): number {
  const peak = line.reduce((most, x) => Math.max(most, x), Number.NEGATIVE_INFINITY);
  const target = line[own] as number;
  let rest = 0;
  for (let j = 0; j < line.length; j++) {
    line[j] = Math.exp((line[j] as number) - peak);
    if (j !== own) rest += line[j] as number;
  }
  const sum = rest + (line[own] as number);
  for (let j = 0; j < line.length; j++) line[j] = (line[j] as number) / sum;
  line[own] = -rest / sum;
  return target === peak ? Math.log1p(rest) : Math.log(sum) + peak - target;
}
