/** Heights for labels that belong beside `values`, moved apart until each has `gap` to the next. */
export function spread(values: readonly number[], gap: number): number[] {
  const order = values.map((_, i) => i).sort((a, b) => (values[a] as number) - (values[b] as number));
  const heights = [...values];
  let least = Number.NEGATIVE_INFINITY;
  for (const i of order) {
    heights[i] = Math.max(values[i] as number, least);
    least = (heights[i] as number) + gap;
  }
  return heights;
}
