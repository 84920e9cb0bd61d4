/** Batches of more pairs than one block holds, whose cosines are taken strip by strip, against plain sums over all pairs. */
import { expect, it } from "vitest";
import type { AnyLoss } from "../../../test/harness/calls.ts";
import { seeded } from "../../../test/harness/random.ts";
import { batchCircleLoss } from "./circle/batchCircleLoss.ts";
import { ntXentLoss } from "./ntXent/ntXentLoss.ts";
import { batchHardQuadrupletLoss } from "./quadruplet/batchHardQuadrupletLoss.ts";
import { supConLoss } from "./supCon/supConLoss.ts";

// One more than f64 has room for in one block, and no multiple of a strip.
const [N, D] = [2898, 3];
const random = seeded(3);
const x = Float64Array.from({ length: N * D }, () => random.normal());
/** Labels of many, of two, and of one. */
const labels = Int32Array.from({ length: N }, (_, i) => (i % 3 ? (i % 3 === 1 ? 5000 + (i >> 3) : i) : i % 40));
const upstream = Float64Array.from({ length: N }, () => random.uniform());
const lengths = Float64Array.from({ length: N }, (_, i) => Math.hypot(...x.subarray(i * D, i * D + D)));
const u = x.map((v, k) => v / (lengths[Math.floor(k / D)] as number));

const cosine = (i: number, j: number) => {
  let sum = 0;
  for (let k = 0; k < D; k++) sum += (u[i * D + k] as number) * (u[j * D + k] as number);
  return sum;
};

/** An anchor's value and its slopes, of its cosines with all (its own is left out). */
type Anchor = (cosines: Float64Array, i: number, slopes: Float64Array) => number;

/** Values of all anchors, and the gradient of Σ upstream · value. */
function plain(anchor: Anchor, weights: Float64Array) {
  const [values, along, gradient] = [new Float64Array(N), new Float64Array(N * D), new Float64Array(N * D)];
  const [row, slopes] = [new Float64Array(N), new Float64Array(N)];
  for (let i = 0; i < N; i++) {
    for (let j = 0; j < N; j++) row[j] = cosine(i, j);
    values[i] = anchor(row, i, slopes.fill(0));
    for (let j = 0; j < N; j++) {
      const weight = (slopes[j] as number) * (weights[i] as number);
      if (j === i || weight === 0) continue;
      for (let k = 0; k < D; k++) {
        along[i * D + k] = (along[i * D + k] as number) + weight * (u[j * D + k] as number);
        along[j * D + k] = (along[j * D + k] as number) + weight * (u[i * D + k] as number);
      }
    }
  }
  for (let i = 0; i < N; i++) {
    let radial = 0;
    for (let k = 0; k < D; k++) radial += (along[i * D + k] as number) * (u[i * D + k] as number);
    for (let k = i * D; k < i * D + D; k++)
      gradient[k] = ((along[k] as number) - radial * (u[k] as number)) / (lengths[i] as number);
  }
  return { values, gradient };
}

/** −log softmax at the mean of the positives. */
const contrast =
  (own: ArrayLike<number>, temperature: number): Anchor =>
  (row, i, slopes) => {
    let [count, along, sum] = [0, 0, 0];
    for (let j = 0; j < N; j++) {
      if (j === i) continue;
      sum += Math.exp(((row[j] as number) - 1) / temperature);
      if (own[j] !== own[i]) continue;
      count++;
      along += row[j] as number;
    }
    if (!count) return 0;
    for (let j = 0; j < N; j++)
      slopes[j] =
        (Math.exp(((row[j] as number) - 1) / temperature) / sum - (own[j] === own[i] ? 1 / count : 0)) / temperature;
    return 1 / temperature + Math.log(sum) - along / count / temperature;
  };

const [MARGIN, GAMMA] = [0.25, 8];

const circle: Anchor = (row, i, slopes) => {
  let [sumP, sumN] = [0, 0];
  for (let j = 0; j < N; j++) {
    if (j === i) continue;
    const same = labels[j] === labels[i];
    const t = same ? 1 - (row[j] as number) : (row[j] as number);
    const pull = GAMMA * Math.max(0, t + MARGIN);
    const e = Math.exp(pull * (t - MARGIN));
    if (same) sumP += e;
    else sumN += e;
    slopes[j] = e * pull * (same ? -1 : 1);
  }
  if (!sumP || !sumN) {
    slopes.fill(0);
    return 0;
  }
  const z = Math.log(sumP) + Math.log(sumN);
  for (let j = 0; j < N; j++)
    slopes[j] = (slopes[j] as number) / (labels[j] === labels[i] ? sumP : sumN) / (1 + Math.exp(-z));
  return Math.log1p(Math.exp(z));
};

const batch = { data: x, shape: [N, D] };

/** Largest difference, in units of the largest number expected. */
function apart(got: ArrayLike<number>, expected: Float64Array): number {
  const [most, furthest] = expected.reduce(
    ([size, gap], v, k) => [Math.max(size, Math.abs(v)), Math.max(gap, Math.abs((got[k] as number) - v))],
    [0, 0] as [number, number],
  );
  return got.length === expected.length ? furthest / most : Number.NaN;
}

it("supConLoss of many rows is that of plain sums", () => {
  const expected = plain(contrast(labels, 0.1), upstream);
  const options = { reduction: "none", upstream } as const;
  const { value, grads } = supConLoss.valueAndGrad(batch, labels, options);
  expect(apart(value.data, expected.values)).toBeLessThan(1e-13);
  expect(apart(grads.embeddings.data, expected.gradient)).toBeLessThan(1e-12);
});

it("ntXentLoss of many rows is that of plain sums", () => {
  const half = N / 2;
  const samples = Int32Array.from({ length: N }, (_, i) => i % half);
  const weights = upstream.map((_, i) => (upstream[i % half] as number) / 2);
  const expected = plain(contrast(samples, 0.5), weights);
  const side = (from: number) => ({ data: x.subarray(from * D, (from + half) * D), shape: [half, D] });
  const options = { reduction: "none", upstream: upstream.subarray(0, half) } as const;
  const { value, grads } = ntXentLoss.valueAndGrad(side(0), side(half), options);
  const means = expected.values.subarray(0, half).map((v, i) => (v + (expected.values[half + i] as number)) / 2);
  expect(apart(value.data, means)).toBeLessThan(1e-13);
  expect(apart([...grads.first.data, ...grads.second.data], expected.gradient)).toBeLessThan(1e-12);
});

it("batchCircleLoss of many rows is that of plain sums", () => {
  const expected = plain(circle, upstream);
  const options = { reduction: "none", pooling: "anchor", margin: MARGIN, scale: GAMMA, upstream } as const;
  const { value, grads } = batchCircleLoss.valueAndGrad(batch, labels, options);
  expect(apart(value.data, expected.values)).toBeLessThan(1e-13);
  expect(apart(grads.embeddings.data, expected.gradient)).toBeLessThan(1e-12);
});

/** Plain search: the hardest triplets, and for every identity the closest pair of two others. */
function hardestQuadruplets(own: ArrayLike<number>): Float64Array {
  const distance = (i: number, j: number) =>
    ((x[i * D] as number) - (x[j * D] as number)) ** 2 +
    ((x[i * D + 1] as number) - (x[j * D + 1] as number)) ** 2 +
    ((x[i * D + 2] as number) - (x[j * D + 2] as number)) ** 2;
  const [far, near] = [new Float64Array(N).fill(-1), new Float64Array(N).fill(Number.POSITIVE_INFINITY)];
  const strangers: [distance: number, q: number, r: number][] = [];
  for (let i = 0; i < N; i++)
    for (let j = 0; j < N; j++) {
      const d = j === i ? 0 : distance(i, j);
      if (own[j] !== own[i]) near[i] = Math.min(near[i] as number, d);
      else if (j !== i) far[i] = Math.max(far[i] as number, d);
      if (own[j] !== own[i] && d < 0.02) strangers.push([d, own[i] as number, own[j] as number]);
    }
  strangers.sort(([a], [b]) => a - b);
  return near.map((least, i) => {
    const most = far[i] as number;
    if (most < 0) return 0;
    const [apart] = strangers.find(([, q, r]) => q !== own[i] && r !== own[i]) as [number, number, number];
    return Math.max(0, most - least + 1) + Math.max(0, most - apart + 0.5);
  });
}

it.each([
  ["many identities", labels],
  ["half of all rows of one identity", labels.map((label, i) => (i % 2 ? 7 : label))],
])("batchHardQuadrupletLoss of many rows is that of plain search: %s", (_, own) => {
  const { data } = batchHardQuadrupletLoss(batch, own, { reduction: "none" });
  expect(apart(data, hardestQuadruplets(own))).toBeLessThan(1e-13);
});

const gradientOf = ({ grads }: { grads: object }) =>
  (grads as { embeddings: { data: ArrayLike<number> } }).embeddings.data;

it.each<[string, AnyLoss, object]>([
  ["supConLoss", supConLoss, {}],
  ["batchCircleLoss, anchor", batchCircleLoss, { pooling: "anchor", scale: 8 }],
  ["batchCircleLoss, batch", batchCircleLoss, { scale: 8 }],
])("%s by strips in f64 is that of one block in f32", (_name, loss, options) => {
  const { value, grads } = loss.valueAndGrad(batch, labels, options);
  const single = loss.valueAndGrad({ data: Float32Array.from(x), shape: [N, D] }, labels, options);
  expect(Math.abs((single.value as number) / (value as number) - 1)).toBeLessThan(1e-5);
  expect(apart(gradientOf(single), Float64Array.from(gradientOf({ grads })))).toBeLessThan(1e-4);
});

it("NaN in one of many rows comes out of every anchor that has a positive", () => {
  const broken = { data: x.slice(), shape: [N, D] };
  broken.data[1000 * D] = Number.NaN;
  const { value, grads } = supConLoss.valueAndGrad(broken, labels);
  expect([value, grads.embeddings.data[0], grads.embeddings.data[3000]]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
});
