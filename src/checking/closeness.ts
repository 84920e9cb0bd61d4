/**
 * Whether two numbers agree to `relative` of what they should be, or of `size` where that is larger: a sum of terms is only as
 * good as its largest. NaN agrees with NaN.
 */
export function isClose(got: number, wanted: number, relative: number, size = 0): boolean {
  if (got === wanted || (Number.isNaN(got) && Number.isNaN(wanted))) return true;
  return errorOf(got, wanted, size) <= relative;
}

/** The error, relative to the number wanted, or to `size` where that is larger. */
export const errorOf = (got: number, wanted: number, size = 0): number =>
  Math.abs(got - wanted) / Math.max(Math.abs(wanted), size);
