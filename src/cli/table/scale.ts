/** Scales learnt from the training rows, and applied to training and test rows alike. */
import { quantileOf } from "../statistics.ts";

export interface Scale {
  readonly centre: number;
  readonly scale: number;
}

/** Quartiles' distance of a normal distribution, in standard deviations. */
const NORMAL_QUARTILES = 1.3489795;

/** Median, and the quartiles' distance as a standard deviation: outliers move neither. */
export function robustScale(values: Float64Array): Scale {
  const sorted = values.slice().sort();
  const centre = quantileOf(sorted, 0.5);
  const quartiles = (quantileOf(sorted, 0.75) - quantileOf(sorted, 0.25)) / NORMAL_QUARTILES;
  return { centre, scale: quartiles || meanScale(values).scale || 1 };
}

/** Mean and standard deviation of the numbers that are there; the scale of a constant is 0. */
function meanScale(values: Float64Array): Scale {
  const present = values.filter((value) => !Number.isNaN(value));
  // Squares of huge numbers would overflow.
  const largest = present.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  const centre = present.reduce((sum, value) => sum + value / largest, 0) / (present.length || 1);
  const variance = present.reduce((sum, value) => sum + (value / largest - centre) ** 2, 0) / (present.length || 1);
  const scale = Math.sqrt(variance);
  return { centre: centre * largest, scale: scale > 1e-12 ? scale * largest : 0 };
}

/** Standardises the features by their training rows; a gap becomes the mean, a column without spread 0. */
export function standardise(features: Float64Array, width: number, train: Int32Array): Float32Array {
  const scaled = new Float32Array(features.length);
  for (let j = 0; j < width; j++) {
    const { centre, scale } = meanScale(Float64Array.from(train, (row) => features[row * width + j] as number));
    for (let at = j; at < features.length; at += width) {
      const value = ((features[at] as number) - centre) / scale;
      scaled[at] = Number.isFinite(value) ? value : 0;
    }
  }
  return scaled;
}
