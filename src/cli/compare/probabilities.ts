/** Scores into probabilities of the classes. */
import { logLoss } from "./metrics.ts";

export function softmaxOf(scores: Float32Array, classes: number, temperature: number): Float64Array {
  const result = new Float64Array(scores.length);
  for (let from = 0; from < scores.length; from += classes) {
    let most = Number.NEGATIVE_INFINITY;
    for (let i = from; i < from + classes; i++) most = Math.max(most, scores[i] as number);
    for (let i = from; i < from + classes; i++) result[i] = Math.exp(((scores[i] as number) - most) / temperature);
    divideBySum(result, from, classes);
  }
  return result;
}

/** Each class's own sigmoid, divided by their sum. */
export function sigmoidsOf(scores: Float32Array, classes: number, temperature: number): Float64Array {
  const result = Float64Array.from(scores, (score) => 1 / (1 + Math.exp(-score / temperature)));
  for (let from = 0; from < scores.length; from += classes) divideBySum(result, from, classes);
  return result;
}

function divideBySum(values: Float64Array, from: number, count: number): void {
  let sum = 0;
  for (let i = from; i < from + count; i++) sum += values[i] as number;
  for (let i = from; i < from + count; i++) values[i] = sum > 0 ? (values[i] as number) / sum : 1 / count;
}

/** Scores divided by a temperature, as probabilities. */
export type Link = (scores: Float32Array, classes: number, temperature: number) => Float64Array;

const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** The temperature under which the probabilities have the least log loss, by golden section. */
export function fitTemperature(link: Link, scores: Float32Array, labels: Int32Array, classes: number): number {
  const lossAt = (power: number) => logLoss(link(scores, classes, Math.exp(power)), labels, classes);
  let [low, high] = [-5, 5];
  let [left, right] = [high - GOLDEN * (high - low), low + GOLDEN * (high - low)];
  let [atLeft, atRight] = [lossAt(left), lossAt(right)];
  while (high - low > 1e-3) {
    if (atLeft <= atRight) {
      [high, right, atRight] = [right, left, atLeft];
      left = high - GOLDEN * (high - low);
      atLeft = lossAt(left);
    } else {
      [low, left, atLeft] = [left, right, atRight];
      right = low + GOLDEN * (high - low);
      atRight = lossAt(right);
    }
  }
  return Math.exp((low + high) / 2);
}
