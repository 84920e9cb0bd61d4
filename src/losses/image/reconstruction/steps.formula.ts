import type { Maths } from "../../../formula/maths.ts";

/** Sizes of the steps from pixel to pixel along an axis of [N, C, H, W]; null where an image is one pixel wide that way. */
export function steps<X>(m: Maths<X>, images: X, axis: number): X | null {
  const count = (m.shapeOf(images)[axis] as number) - 1;
  if (count === 0) return null;
  return m.abs(m.sub(m.slice(images, axis, 1, count), m.slice(images, axis, 0, count)));
}
