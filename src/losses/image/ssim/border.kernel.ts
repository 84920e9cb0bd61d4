// The border of SSIM's images and volumes: mirrored at their sides, without repeating the outermost pixels, and images without the
// pixels that a mask leaves out.
// Requires    before, after < height, width, and < depth where `deep` says that the border goes along the depth too.
import { addRow } from "../../../kernel/maths/rows.kernel";
import { bytes, lanes, load, splat, store } from "../../../kernel/maths/vector.kernel";

function mirrored(i: i32, n: i32): i32 {
  return i < 0 ? -i : i < n ? i : 2 * n - 2 - i;
}

/** Extends a volume by `before` and `after` pixels on either side. */
export function extendVolume<T extends number>(
  x: usize,
  depth: i32,
  height: i32,
  width: i32,
  deep: bool,
  before: i32,
  after: i32,
  to: usize,
): void {
  const row = bytes<T>(width);
  for (let d = deep ? -before : 0; d < depth + (deep ? after : 0); d++)
    for (let r = -before; r < height + after; r++) {
      const from = x + <usize>(mirrored(d, depth) * height + mirrored(r, height)) * row;
      for (let c = before; c > 0; c--, to += sizeof<T>()) memory.copy(to, from + bytes<T>(c), sizeof<T>());
      memory.copy(to, from, row);
      to += row;
      for (let c = width; c < width + after; c++, to += sizeof<T>())
        memory.copy(to, from + bytes<T>(mirrored(c, width)), sizeof<T>());
    }
}

/** The way back: each pixel gathers the gradients of its mirror images. */
export function gatherBorder<T extends number>(
  extended: usize,
  depth: i32,
  height: i32,
  width: i32,
  deep: bool,
  before: i32,
  after: i32,
  dx: usize,
): void {
  const row = bytes<T>(width);
  memory.fill(dx, 0, <usize>depth * height * row);
  for (let d = deep ? -before : 0; d < depth + (deep ? after : 0); d++)
    for (let r = -before; r < height + after; r++) {
      const to = dx + <usize>(mirrored(d, depth) * height + mirrored(r, height)) * row;
      for (let c = before; c > 0; c--, extended += sizeof<T>()) addRow<T>(to + bytes<T>(c), extended, 1);
      addRow<T>(to, extended, width);
      extended += row;
      for (let c = width; c < width + after; c++, extended += sizeof<T>())
        addRow<T>(to + bytes<T>(mirrored(c, width)), extended, 1);
    }
}

/** Copies n pixels, with 0 where the mask is 0. */
export function keepPixels<T extends number>(x: usize, mask: usize, n: i32, to: usize): void {
  const zero = splat<T>(0);
  for (let left = n; left > 0; left -= lanes<T>(), x += 16, mask += 16, to += 16)
    store<T>(to, v128.andnot(load<T>(x, left), v128.eq<T>(load<T>(mask, left), zero)), left);
}
