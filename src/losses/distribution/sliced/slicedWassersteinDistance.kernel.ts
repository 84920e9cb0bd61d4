// Projections of points onto a direction, and gradients of the projections carried back to the points.
//
// project    out_i = x_i · direction
// spread     sums_i += g_i direction, in f64
// collect    out = scale · sums
// Accuracy   1e-6 (f32), 1e-13 (f64) relative; sums in f64.
// Requires   n, d > 0; direction is f64 [d].

export function project<T extends number>(x: usize, direction: usize, n: i32, d: i32, out: usize): void {
  for (let i = 0; i < n; i++, out += sizeof<T>()) {
    let sum: f64 = 0;
    for (let k = 0; k < d; k++, x += sizeof<T>()) sum += <f64>load<T>(x) * load<f64>(direction + ((<usize>k) << 3));
    store<T>(out, <T>sum);
  }
}

export function spread<T extends number>(g: usize, direction: usize, n: i32, d: i32, sums: usize): void {
  for (let i = 0; i < n; i++, g += sizeof<T>()) {
    const by = <f64>load<T>(g);
    for (let k = 0; k < d; k++, sums += 8)
      store<f64>(sums, load<f64>(sums) + by * load<f64>(direction + ((<usize>k) << 3)));
  }
}

export function collect<T extends number>(sums: usize, n: i32, out: usize, scale: f64): void {
  for (let i = 0; i < n; i++, sums += 8, out += sizeof<T>()) store<T>(out, <T>(scale * load<f64>(sums)));
}
