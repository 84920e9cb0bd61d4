/** A mask of images, brought to the sides of a feature map: the share of each position's area that counts. */

/** Entry [i, j] of [from, to]: which part of place j, one of `to` equal ones, place i of `from` covers. */
export function overlaps(from: number, to: number): Float64Array {
  const parts = new Float64Array(from * to);
  for (let i = 0; i < from; i++)
    for (let j = 0; j < to; j++) {
      // In units in which a place of the map is `from` long and one of the mask `to`.
      const common = Math.min((i + 1) * to, (j + 1) * from) - Math.max(i * to, j * from);
      parts[i * to + j] = Math.max(0, common) / from;
    }
  return parts;
}

/** The shares [N, h, w] of a mask [N, H, W]. */
export function sharesOf(
  mask: ArrayLike<number>,
  count: number,
  [H, W]: readonly [number, number],
  [h, w]: readonly [number, number],
): Float64Array {
  const [down, across] = [overlaps(H, h), overlaps(W, w)];
  const shares = new Float64Array(count * h * w);
  for (let n = 0; n < count; n++)
    for (let i = 0; i < H; i++)
      for (let j = 0; j < W; j++) {
        if (mask[(n * H + i) * W + j] === 0) continue;
        for (let r = Math.floor((i * h) / H); r < ((i + 1) * h) / H; r++)
          for (let c = Math.floor((j * w) / W); c < ((j + 1) * w) / W; c++) {
            const at = (n * h + r) * w + c;
            shares[at] = (shares[at] as number) + (down[i * h + r] as number) * (across[j * w + c] as number);
          }
      }
  return shares;
}
