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
export function sigmoidsOf(scores: Float32Array, classes: number): Float64Array {
  const result = Float64Array.from(scores, (score) => 1 / (1 + Math.exp(-score)));
  for (let from = 0; from < scores.length; from += classes) divideBySum(result, from, classes);
  return result;
}

function divideBySum(values: Float64Array, from: number, count: number): void {
  let sum = 0;
  for (let i = from; i < from + count; i++) sum += values[i] as number;
  for (let i = from; i < from + count; i++) values[i] = sum > 0 ? (values[i] as number) / sum : 1 / count;
}

/**
 * The temperature with the least log loss of softmax(scores / temperature), by golden section: the log loss has one
 * minimum in it.
 */
export function fitTemperature(scores: Float32Array, labels: Int32Array, classes: number): number {
  const lossAt = (power: number) => logLoss(softmaxOf(scores, classes, Math.exp(power)), labels, classes);
  const golden = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [-5, 5];
  while (high - low > 1e-3) {
    const [left, right] = [high - golden * (high - low), low + golden * (high - low)];
    if (lossAt(left) <= lossAt(right)) high = right;
    else low = left;
  }
  return Math.exp((low + high) / 2);
}
