// Nearest points by squared distance, and the gradients of those distances.
//
// nearest        index_i = argmin_j ‖x_i − y_j‖², the first of equals; returns Σ of these distances
// pullTogether   dx_i += x_i − y_j, dy_j += y_j − x_i for j = index_i, in f64
//
// Method      Candidates j lie side by side in `columns`, y transposed; the nearest one's distance is taken again in f64.
// Accuracy    1e-6 (f32), 1e-14 (f64) of a mean distance; of points that f32 cannot tell apart, either may be taken.
// Requires    n, m, d > 0; `columns` of m d numbers; `indices` i32 [n].
import { tame } from "../../kernel/maths/range.kernel";
import { squaredDistance } from "../../kernel/maths/rows.kernel";
import { bytes, headOr, lanes, load as loadVector, splat } from "../../kernel/maths/vector.kernel";

export function nearest<T extends number>(
  x: usize,
  y: usize,
  n: i32,
  m: i32,
  d: i32,
  columns: usize,
  indices: usize,
): f64 {
  const row = bytes<T>(d);
  let sum: f64 = 0;
  for (let i = 0; i < n; i++, x += row, indices += 4) {
    let index = nearestTo<T>(x, m, d, columns);
    let squared = squaredDistance<T>(x, y + <usize>index * row, d);
    if (squared !== 0 && !tame<T>(squared)) {
      index = nearestInWide<T>(x, y, m, d);
      squared = squaredDistance<T>(x, y + <usize>index * row, d);
    }
    store<i32>(indices, index);
    sum += squared;
  }
  return sum;
}

/** The nearest where squares leave T. */
function nearestInWide<T extends number>(x: usize, y: usize, m: i32, d: i32): i32 {
  let index = 0;
  let least = Infinity;
  for (let j = 0; j < m; j++, y += bytes<T>(d)) {
    const squared = squaredDistance<T>(x, y, d);
    if (!(squared < least)) continue;
    least = squared;
    index = j;
  }
  return index;
}

function nearestTo<T extends number>(x: usize, m: i32, d: i32, columns: usize): i32 {
  const far = splat<T>(Infinity);
  let best = far;
  let place = v128.splat<i32>(0);
  for (let j = 0; j < m; j += lanes<T>()) {
    let squares = splat<T>(0);
    for (let k = 0, at = columns + bytes<T>(j); k < d; k++, at += bytes<T>(m)) {
      const apart = v128.sub<T>(loadVector<T>(at, m - j), v128.load_splat<T>(x + bytes<T>(k)));
      squares = v128.add<T>(squares, v128.mul<T>(apart, apart));
    }
    squares = headOr<T>(squares, m - j, far);
    const closer = v128.lt<T>(squares, best);
    best = v128.bitselect(squares, best, closer);
    place = v128.bitselect(v128.splat<i32>(j), place, closer);
  }
  // Lanes that found nothing hold the first candidate.
  let least = <f64>v128.extract_lane<T>(best, 0);
  let index = v128.extract_lane<i32>(place, 0);
  for (let lane = 1; lane < lanes<T>(); lane++) {
    const distance = sizeof<T>() === 8 ? f64x2.extract_lane(best, 1) : <f64>laneOf(best, lane);
    const found = lane + (sizeof<T>() === 8 ? i32x4.extract_lane(place, 2) : placeOf(place, lane));
    if (distance < least || (distance === least && distance < Infinity && found < index)) {
      least = distance;
      index = found;
    }
  }
  return index;
}

function laneOf(v: v128, lane: i32): f32 {
  return lane === 1 ? f32x4.extract_lane(v, 1) : lane === 2 ? f32x4.extract_lane(v, 2) : f32x4.extract_lane(v, 3);
}

function placeOf(v: v128, lane: i32): i32 {
  return lane === 1 ? i32x4.extract_lane(v, 1) : lane === 2 ? i32x4.extract_lane(v, 2) : i32x4.extract_lane(v, 3);
}

export function pullTogether<T extends number>(
  x: usize,
  y: usize,
  indices: usize,
  n: i32,
  d: i32,
  weight: f64,
  dx: usize,
  dy: usize,
): void {
  for (let i = 0; i < n; i++, indices += 4)
    for (let k = 0, j = load<i32>(indices); k < d; k++, x += sizeof<T>()) {
      const step = weight * (<f64>load<T>(x) - <f64>load<T>(y + bytes<T>(j * d + k)));
      if (dx) addTo(dx + ((<usize>(i * d + k)) << 3), step);
      if (dy) addTo(dy + ((<usize>(j * d + k)) << 3), -step);
    }
}

function addTo(at: usize, step: f64): void {
  store<f64>(at, load<f64>(at) + step);
}
