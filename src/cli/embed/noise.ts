/** How much of a difference in mAP is the chance of which rows were held out: a bootstrap of the rows that ask. */
import { seededRandom } from "../../random.ts";
import { quantileOf } from "../statistics.ts";

const RESAMPLES = 1000;
/** Share of the resamples within the interval. */
const LEVEL = 0.95;

/** The interval of the mean of paired differences; the same rows are drawn for every pair of the same length. */
export function differenceInterval(first: Float64Array, second: Float64Array): readonly [number, number] {
  const random = seededRandom(0, 5);
  const differences = first.map((value, i) => value - (second[i] as number));
  const means = new Float64Array(RESAMPLES);
  for (let sample = 0; sample < RESAMPLES; sample++) {
    let sum = 0;
    for (let i = 0; i < differences.length; i++) sum += differences[random.below(differences.length)] as number;
    means[sample] = sum / differences.length;
  }
  means.sort();
  return [quantileOf(means, (1 - LEVEL) / 2), quantileOf(means, (1 + LEVEL) / 2)];
}

/** Whether the interval tells the first from the second. */
export function isTold(first: Float64Array, second: Float64Array): boolean {
  const [low, high] = differenceInterval(first, second);
  return low > 0 || high < 0;
}
