// Halving of a volume by 2 × 2 × 2 means, and its gradient; of depth 1 it is a plane, halved by 2 × 2 means.
//   halve      z[d, r, c] = mean of x[2d…2d+1, 2r…2r+1, 2c…2c+1]; a last odd slice, row or column counts as if it stood there twice
//   halveBack  x = a x + b zᵀ: every pixel gets its share of its cell's z: ⅛, doubled along each axis at whose odd end it lies
// Accuracy    as MS-SSIM, 2e-5 (f32), 1e-12 (f64) relative; a halving rounds each pixel once. Of two images that differ by δ of it, differences at coarse scales, and
//             so the loss's gradients, are right to 2e-6 / δ (f32), noise being the worst.
// Requires    depth, height, width > 0; the coarse volume has half of each, rounded up.
import { bytes, element, lanes, setElement, splat } from "../../../kernel/maths/vector.kernel";

export function halve<T extends number>(x: usize, depth: i32, height: i32, width: i32, z: usize): void {
  const row = bytes<T>(width);
  const slice = <usize>height * row;
  const half = bytes<T>((width + 1) >> 1);
  const eighth = splat<T>(0.125);
  for (let d = 0; d < depth; d += 2) {
    const behind = d + 1 < depth ? slice : 0;
    for (let r = 0; r < height; r += 2, z += half) {
      const from = x + <usize>d * slice + <usize>r * row;
      const below = r + 1 < height ? row : 0;
      let c = 0;
      for (; c + 2 * lanes<T>() <= width; c += 2 * lanes<T>()) {
        const at = from + bytes<T>(c);
        const near = v128.add<T>(pair<T>(at, below), pair<T>(at + behind, below));
        const far = v128.add<T>(pair<T>(at + 16, below), pair<T>(at + 16 + behind, below));
        v128.store(z + bytes<T>(c >> 1), v128.mul<T>(eighth, v128.add<T>(even<T>(near, far), odd<T>(near, far))));
      }
      for (; c < width; c += 2) {
        const at = from + bytes<T>(c);
        const next: usize = c + 1 < width ? sizeof<T>() : 0;
        const front = square<T>(at, below, next);
        setElement<T>(z + bytes<T>(c >> 1), 0.125 * (front + square<T>(at + behind, below, next)));
      }
    }
  }
}

function pair<T extends number>(at: usize, below: usize): v128 {
  return v128.add<T>(v128.load(at), v128.load(at + below));
}

function square<T extends number>(at: usize, below: usize, next: usize): f64 {
  return element<T>(at) + element<T>(at + next) + element<T>(at + below) + element<T>(at + below + next);
}

function even<T extends number>(a: v128, b: v128): v128 {
  return sizeof<T>() === 8 ? v128.shuffle<f64>(a, b, 0, 2) : v128.shuffle<f32>(a, b, 0, 2, 4, 6);
}

function odd<T extends number>(a: v128, b: v128): v128 {
  return sizeof<T>() === 8 ? v128.shuffle<f64>(a, b, 1, 3) : v128.shuffle<f32>(a, b, 1, 3, 5, 7);
}

export function halveBack<T extends number>(
  z: usize,
  depth: i32,
  height: i32,
  width: i32,
  a: f64,
  b: f64,
  x: usize,
): void {
  const coarse = bytes<T>((width + 1) >> 1);
  const row = bytes<T>(width);
  const keep = splat<T>(a);
  for (let i = 0; i < depth * height; i++, x += row) {
    const d = i / height;
    const r = i % height;
    const from = z + ((d >> 1) * ((height + 1) >> 1) + (r >> 1)) * coarse;
    const share = (d === depth - 1 && depth & 1 ? 1 : 0.5) * (r === height - 1 && height & 1 ? 1 : 0.5) * b;
    const half = splat<T>(0.5 * share);
    let c = 0;
    for (; c + 2 * lanes<T>() <= width; c += 2 * lanes<T>()) {
      const at = x + bytes<T>(c);
      const cell = v128.mul<T>(half, v128.load(from + bytes<T>(c >> 1)));
      v128.store(at, v128.add<T>(v128.mul<T>(keep, v128.load(at)), lowTwice<T>(cell)));
      v128.store(at, v128.add<T>(v128.mul<T>(keep, v128.load(at, 16)), highTwice<T>(cell)), 16);
    }
    for (; c < width; c++) {
      const at = x + bytes<T>(c);
      const alone = c === width - 1 && width & 1;
      setElement<T>(at, a * element<T>(at) + (alone ? 1 : 0.5) * share * element<T>(from + bytes<T>(c >> 1)));
    }
  }
}

function lowTwice<T extends number>(v: v128): v128 {
  return sizeof<T>() === 8 ? v128.shuffle<f64>(v, v, 0, 0) : v128.shuffle<f32>(v, v, 0, 0, 1, 1);
}

function highTwice<T extends number>(v: v128): v128 {
  return sizeof<T>() === 8 ? v128.shuffle<f64>(v, v, 1, 1) : v128.shuffle<f32>(v, v, 2, 2, 3, 3);
}
