// Packing of matrices for their product: lines of numbers side by side in panels of `width` lines, one step of all of them
// after the other, so that the product reads its panels from end to end. Lines that are missing in the last panel are 0.
import { bytes, lanes } from "./vector.kernel";

/** Packs `count` lines of `depth` numbers into panels of `width` lines, k-major, padded with 0. */
export function packPanels<T extends number>(
  to: usize,
  from: usize,
  line: i32,
  step: i32,
  count: i32,
  depth: i32,
  width: i32,
): void {
  const lineBytes = bytes<T>(line);
  const stepBytes = bytes<T>(step);
  for (let first = 0; first < count; first += width, to += bytes<T>(width * depth)) {
    const own = min(width, count - first);
    const source = from + <usize>first * lineBytes;
    if (own < width) packLines<T>(to, source, lineBytes, stepBytes, own, 0, depth, width);
    else if (line === 1) copyLines<T>(to, source, stepBytes, depth, width);
    else if (step === 1) {
      const whole = depth & -lanes<T>();
      for (let r = 0; r < width; r += lanes<T>())
        transposeLines<T>(to + bytes<T>(r), source + <usize>r * lineBytes, lineBytes, whole, bytes<T>(width));
      packLines<T>(to, source, lineBytes, stepBytes, width, whole, depth, width);
    } else packLines<T>(to, source, lineBytes, stepBytes, width, 0, depth, width);
  }
}

/** Columns `begin`… of a panel, number by number. */
function packLines<T extends number>(
  to: usize,
  from: usize,
  lineBytes: usize,
  stepBytes: usize,
  own: i32,
  begin: i32,
  depth: i32,
  width: i32,
): void {
  for (let r = 0; r < width; r++)
    for (let p = begin; p < depth; p++)
      store<T>(
        to + bytes<T>(p * width + r),
        r < own ? load<T>(from + <usize>r * lineBytes + <usize>p * stepBytes) : <T>0,
      );
}

/** A panel whose lines lie side by side. */
function copyLines<T extends number>(to: usize, from: usize, stepBytes: usize, depth: i32, width: i32): void {
  const vectors = width / lanes<T>();
  for (let p = 0; p < depth; p++, from += stepBytes)
    for (let v = 0; v < vectors; v++, to += 16) v128.store(to, v128.load(from + ((<usize>v) << 4)));
}

/** As many lines as a vector has lanes, each of numbers side by side, in squares. */
export function transposeLines<T extends number>(to: usize, from: usize, line: usize, depth: i32, row: usize): void {
  for (let p = 0; p < depth; p += lanes<T>(), from += 16, to += row * <usize>lanes<T>()) {
    const a = v128.load(from);
    const b = v128.load(from + line);
    if (sizeof<T>() === 8) {
      v128.store(to, v128.shuffle<f64>(a, b, 0, 2));
      v128.store(to + row, v128.shuffle<f64>(a, b, 1, 3));
      continue;
    }
    const c = v128.load(from + 2 * line);
    const d = v128.load(from + 3 * line);
    const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
    const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
    v128.store(to, v128.shuffle<f64>(ab, cd, 0, 2));
    v128.store(to + row, v128.shuffle<f64>(ab, cd, 1, 3));
    const ab2 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
    const cd2 = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
    v128.store(to + 2 * row, v128.shuffle<f64>(ab2, cd2, 0, 2));
    v128.store(to + 3 * row, v128.shuffle<f64>(ab2, cd2, 1, 3));
  }
}
