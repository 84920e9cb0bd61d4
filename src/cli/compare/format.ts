/** Numbers as a column shows them. */

/** Decimals that give the typical deviation of a column two figures. */
export function digitsOf(deviations: readonly number[]): number {
  const sorted = deviations.filter((value) => value > 0).sort((a, b) => a - b);
  const typical = sorted[sorted.length >> 1];
  return typical === undefined ? 3 : Math.min(6, Math.max(0, 1 - Math.floor(Math.log10(typical))));
}

/** Fixed decimals; powers of ten only where the number would be very long. */
export const formatted = (value: number, digits: number): string =>
  Math.abs(value) >= 1e9 ? value.toExponential(3) : value.toFixed(digits);
