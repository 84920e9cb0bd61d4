/** Means, quantiles, and the test that tells differences between losses from the noise of the folds. */

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** The sample standard deviation (n − 1); 0 for a single value. */
export function deviation(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const centre = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1));
}

/** The quantile of ascending numbers, linear between neighbours. */
export function quantileOf(sorted: Float64Array, level: number): number {
  const position = level * (sorted.length - 1);
  const below = Math.floor(position);
  const low = sorted[below] as number;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number;
  return low + (high - low) * (position - below);
}

/**
 * P(|T| > |t|) of Student's t with a whole number of degrees of freedom, by its finite trigonometric series
 * (Abramowitz and Stegun 26.7.3 and 26.7.4).
 */
export function studentTail(t: number, freedom: number): number {
  if (Number.isNaN(t)) return Number.NaN;
  const angle = Math.atan(Math.abs(t) / Math.sqrt(freedom));
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
  const odd = freedom % 2 === 1;
  let term = odd ? cosine : 1;
  let sum = freedom === 1 ? 0 : term;
  for (let k = odd ? 3 : 2; k <= freedom - 2; k += 2) {
    term *= ((k - 1) / k) * cosine * cosine;
    sum += term;
  }
  const inside = odd ? (2 / Math.PI) * (angle + sine * sum) : sine * sum;
  return Math.min(1, Math.max(0, 1 - inside));
}

/**
 * Two-sided p of the corrected resampled t-test (Nadeau and Bengio 2003) on paired differences over folds. Folds share
 * training rows, so the plain paired test finds far too many differences; the variance grows by `ratio`, test rows over
 * training rows.
 */
export function foldTest(first: readonly number[], second: readonly number[], ratio: number): number {
  const differences = first.map((value, i) => value - (second[i] as number));
  const centre = mean(differences);
  if (centre === 0) return 1;
  const spread = deviation(differences);
  if (spread === 0) return 0;
  const t = centre / (spread * Math.sqrt(1 / differences.length + ratio));
  return studentTail(t, differences.length - 1);
}
