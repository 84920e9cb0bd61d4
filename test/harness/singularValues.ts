/** Singular values by one-sided Jacobi rotations: slow, simple, and exact to the smallest. */

/** Σ singular values of a matrix given by rows. */
export function nuclearNorm(matrix: readonly (readonly number[])[]): number {
  const columns = matrix[0]?.length ?? 0;
  const flip = matrix.length > columns;
  const rows = flip
    ? Array.from({ length: columns }, (_, j) => Float64Array.from(matrix, (row) => row[j] as number))
    : matrix.map((row) => Float64Array.from(row));
  const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, x, k) => sum + x * (b[k] as number), 0);
  for (let turned = true, sweeps = 0; turned && sweeps < 60; sweeps++) {
    turned = false;
    for (let i = 0; i < rows.length; i++)
      for (let j = i + 1; j < rows.length; j++) {
        const [a, b] = [rows[i], rows[j]] as [Float64Array, Float64Array];
        const [aa, bb, ab] = [dot(a, a), dot(b, b), dot(a, b)];
        if (Math.abs(ab) <= 1e-15 * Math.sqrt(aa * bb)) continue;
        turned = true;
        const zeta = (bb - aa) / (2 * ab);
        const t = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.hypot(1, zeta));
        const c = 1 / Math.hypot(1, t);
        const s = c * t;
        for (let k = 0; k < a.length; k++) {
          const [x, y] = [a[k] as number, b[k] as number];
          a[k] = c * x - s * y;
          b[k] = s * x + c * y;
        }
      }
  }
  return rows.reduce((sum, row) => sum + Math.sqrt(dot(row, row)), 0);
}
