/** What scores that are no losses share. */

export const seedOption = (doc: string) =>
  ({ type: "number", default: 0, range: "[0, 4294967295]", integer: true, doc }) as const;

/** Mean and standard deviation (ddof 0) of a few numbers. */
export function meanAndStd(values: readonly number[]): { mean: number; std: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, std: Math.sqrt(variance) };
}
