// Center: e = x − c_y
//   value     ½ ‖e‖²
//   gradient  e for x; −Σ e over the rows of a class for its center
// and the update rule of the paper: c_j ← c_j − rate Σ (c_j − x) / (1 + n_j) over the n_j rows of class j.
// Accuracy    4e-7 (f32), 2e-15 (f64) relative.
// Requires    rows, d, classes > 0; labels in 0…classes − 1.
import { addDifference, squaredDistance } from "../../../kernel/maths/rows.kernel";
import { bytes } from "../../../kernel/maths/vector.kernel";

export function center<T extends number>(
  x: usize,
  labels: usize,
  centers: usize,
  rows: i32,
  d: i32,
  classes: i32,
  values: usize,
  dx: usize,
  dc: usize,
  scale: f64,
  upstream: usize,
): f64 {
  const row = bytes<T>(d);
  if (dx) memory.fill(dx, 0, <usize>rows * row);
  if (dc) memory.fill(dc, 0, <usize>classes * row);
  let sum: f64 = 0;
  for (let i = 0; i < rows; i++) {
    const from = <usize>i * row;
    const own = <usize>load<i32>(labels + ((<usize>i) << 2)) * row;
    const value = 0.5 * squaredDistance<T>(x + from, centers + own, d);
    sum += value;
    if (values) store<T>(values + bytes<T>(i), <T>value);
    const weight = upstream ? scale * <f64>load<T>(upstream + bytes<T>(i)) : scale;
    if (weight === 0) continue;
    if (dx) addDifference<T>(dx + from, x + from, centers + own, d, weight);
    if (dc) addDifference<T>(dc + own, centers + own, x + from, d, weight);
  }
  return sum;
}

/** Bytes for how many rows each class has. */
export function moveCentersWorkspace(classes: i32): i32 {
  return classes << 2;
}

/** Writes the moved centers to `moved`. */
export function moveCenters<T extends number>(
  centers: usize,
  x: usize,
  labels: usize,
  rows: i32,
  d: i32,
  classes: i32,
  rate: f64,
  moved: usize,
  workspace: usize,
): void {
  const row = bytes<T>(d);
  memory.fill(workspace, 0, (<usize>classes) << 2);
  for (let i = 0; i < rows; i++) {
    const at = workspace + ((<usize>load<i32>(labels + ((<usize>i) << 2))) << 2);
    store<i32>(at, load<i32>(at) + 1);
  }
  memory.copy(moved, centers, <usize>classes * row);
  for (let i = 0; i < rows; i++) {
    const label = load<i32>(labels + ((<usize>i) << 2));
    const own = <usize>label * row;
    const weight = rate / (1 + <f64>load<i32>(workspace + ((<usize>label) << 2)));
    addDifference<T>(moved + own, x + <usize>i * row, centers + own, d, weight);
  }
}
