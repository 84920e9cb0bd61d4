/** Rows of class probabilities. */
export interface Rows {
  readonly data: Float32Array | Float64Array;
  readonly classes: number;
}

export interface Split {
  readonly first: number;
  readonly count: number;
}

/** Cuts N samples into S parts at ⌊iN/S⌋. */
export function splitsOf(samples: number, splits: number): Split[] {
  const bound = (i: number) => Math.floor((i * samples) / splits);
  return Array.from({ length: splits }, (_, i) => ({ first: bound(i), count: bound(i + 1) - bound(i) }));
}

/**
 * exp(Σ p log p / n − Σ_k p̄_k log p̄_k) over the rows of a split, which may lie in several blocks. Row by row, so that
 * the blocks do not matter.
 */
export function splitScore(blocks: readonly Rows[], { first, count }: Split): number {
  const classes = (blocks[0] as Rows).classes;
  const sums = new Float64Array(classes);
  let certainty = 0;
  let row = 0;
  for (const { data } of blocks) {
    const rows = data.length / classes;
    const [from, to] = [Math.max(0, first - row), Math.min(rows, first + count - row)];
    for (let i = from; i < to; i++) certainty += addRow(data, i * classes, sums);
    row += rows;
  }
  let variety = 0;
  for (let k = 0; k < classes; k++) {
    const mean = (sums[k] as number) / count;
    if (mean !== 0) variety -= mean * Math.log(mean);
  }
  return Math.exp(certainty / count + variety);
}

/** Adds a row to the sums and returns Σ p log p. */
function addRow(data: Rows["data"], at: number, sums: Float64Array): number {
  let certainty = 0;
  for (let k = 0; k < sums.length; k++) {
    const p = data[at + k] as number;
    sums[k] = (sums[k] as number) + p;
    if (p > 0) certainty += p * Math.log(p);
    else if (p !== 0) certainty += Number.isNaN(p) ? p : 0;
  }
  return certainty;
}
