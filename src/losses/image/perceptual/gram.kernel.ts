// The difference D of two Gram matrices, from half of it: D = factor (M + Mᵀ).
//   replaces M by D and returns Σ D²
// Method      With u = F + F', v = F − F': F Fᵀ − F' F'ᵀ = (u vᵀ + v uᵀ)/2, one product where two would cancel.
// Accuracy    as the style loss, 4e-6 (f32), 2e-14 (f64) relative, or of a hundredth of the largest value where that is more;
//             the sum is f64.
// Requires    n > 0.
import { bytes, element, setElement } from "../../../kernel/maths/vector.kernel";

export function gramDifference<T extends number>(m: usize, n: i32, factor: f64): f64 {
  const row = bytes<T>(n);
  let sum: f64 = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const below = m + i * row + bytes<T>(j);
      const above = m + j * row + bytes<T>(i);
      const d = factor * (element<T>(below) + element<T>(above));
      setElement<T>(below, d);
      setElement<T>(above, d);
      sum += 2 * d * d;
    }
    const at = m + i * row + bytes<T>(i);
    const d = 2 * factor * element<T>(at);
    setElement<T>(at, d);
    sum += d * d;
  }
  return sum;
}
