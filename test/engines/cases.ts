/** What the engines are tried on: for every loss its options and inputs, some of them made to sit on kinks. */
import { type FunctionSpec, isLossSpec } from "../../src/contract/spec.ts";
import * as library from "../../src/index.ts";
import { createOimMemory, type OimMemory, updateOimMemory } from "../../src/losses/embedding/oim/memory.ts";
import { type AnyLoss, type Options, specOf } from "../harness/calls.ts";
import { type Random, seeded } from "../harness/random.ts";
import { type Draw, drawInputs, type Lengths, type Sample } from "../harness/samples.ts";

/** Every loss the package exports, by name. */
export const losses: Readonly<Record<string, AnyLoss>> = Object.fromEntries(
  Object.entries(library).filter(([, value]) => "spec" in value && isLossSpec(value.spec as FunctionSpec)),
) as unknown as Record<string, AnyLoss>;

export const lossNames = Object.keys(losses);

export interface EngineCase {
  readonly options: readonly Options[];
  readonly draw?: Readonly<Record<string, Draw>>;
  /** Draws of inputs on kinks, where a grid would not do. */
  readonly kinks?: Readonly<Record<string, Draw>>;
  /** Lengths other than N 5, C 4, D 3, M 6, P 4, Q 3; several take turns with the seed. */
  readonly lengths?: Readonly<Record<string, number>> | readonly Readonly<Record<string, number>>[];
  /** What "..." stands for, if not [2, 3]. */
  readonly rest?: readonly number[];
}

const coin: Draw = (random) => random.below(2);
/** Of the first class nothing in any sample; of the second something in every other one. */
const someMasks: Draw = (random, { C, rest }, index) => {
  const mask = Math.floor(index / rest.reduce((product, length) => product * length, 1));
  const [sample, label] = [Math.floor(mask / (C as number)), mask % (C as number)];
  return label === 0 || sample === 3 || (label === 1 && sample % 2 === 0) ? 0 : random.below(5) / 4;
};
/** Which positions of [5, C, 2, 3] masks count. */
const someCount = [0, 1, 2, 3, 4].map((n) => [0, 1].map((r) => [0, 1, 2].map((c) => Number((n + 2 * r + c) % 3 > 0))));
/** Which of nine rows count, and of five. */
const someRows = [1, 1, 0, 1, 1, 1, 1, 0, 1];
const someOfFive = [1, 0, 1, 1, 1];
const fewLabels = { labels: (random: Random) => random.below(3) };
const batch = { draw: fewLabels, lengths: { N: 9 } };
/** Boxes of which half the coordinates lie on a grid, so that edges meet; extents reach below 0. */
const halfOnGrid: Draw = (random, _, index) => {
  const [low, steps] = index % 4 < 2 ? [0, 4] : [-0.25, 7];
  return low + (index % 8 < 4 ? random.below(steps + 1) : steps * random.uniform()) / 4;
};
/** Vectors along axes, of whole lengths, some of them 0: directions and angles are exact, and many are equal. */
const alongAxes: Draw = (random, { D }, index) => {
  const [row, axis] = [Math.floor(index / (D as number)), index % (D as number)];
  return axis === (row + Math.floor(row / 3)) % (D as number) ? random.below(5) - 2 : 0;
};
const boxes = { draw: { predictions: halfOnGrid, targets: halfOnGrid }, lengths: { N: 24 } };
const formats = [{}, { format: "xywh" }, { format: "cxcywh" }, { format: "ltrb" }];
/** A mask for [2, C, 3, 4] images: it points at one pixel of the first and weighs some of the second. */
const eyes = [0, 1].map((n) => [
  [0, 1, 2].map((r) => [0, 1, 2, 3].map((c) => (n ? r / 2 - c / 4 : Number(r + c === 3)))),
]);
/** Images of which the first are equal; planes of which the first are. */
const firstEqual: Draw = (random, { C, H, W, rest }, index) =>
  index < (C as number) * (H as number) * (W as number) * (rest[0] ?? 1) ? Math.sin(index) : random.normal();
const firstPlaneEqual: Draw = (random, { H, W }, index) =>
  index < (H as number) * (W as number) ? Math.sin(index) : Math.sin(index / 5) + 0.3 * random.normal();
const someEqual = { kinks: { predictions: firstEqual, targets: firstEqual } };
/** Keys that are right for each of five queries: several, one, none. */
const rightKeys = [
  [1, 0, 1, 0, 0],
  [0, 0, 0, 0, 0],
  [0, 0, 1, 0, 0],
  [1, 1, 1, 0, 1],
  [0, 1, 0, 0, 0],
];
/** A mask for [2, C, 12, 13] images: a pixel of the first is left out, and a third of the second. */
const someHoles = [0, 1].map((n) =>
  Array.from({ length: 12 }, (_, r) => Array.from({ length: 13 }, (_, c) => Number(n ? c > 4 : r !== 5 || c !== 9))),
);
/** A mask for maps of two images, of other sides than these. */
const someSeen = [0, 1].map((n) => [
  Array.from({ length: 5 }, (_, r) => Array.from({ length: 4 }, (_, c) => Number(n ? c < 2 : (r + c) % 3 > 0))),
]);
const similarityOf = {
  options: [
    { dataRange: 1 },
    { dataRange: 4, window: 3, sigma: Number.POSITIVE_INFINITY, k1: 0.1, k2: 0.2 },
    { dataRange: 2, window: 4, padding: "same" },
    { dataRange: 2, window: 3, padding: "same", mask: someHoles },
    { dataRange: 2, window: 5, mask: someHoles.map((rows) => [rows]) },
  ],
  ...someEqual,
  lengths: { N: 2, C: 2, H: 12, W: 13 },
  rest: [],
};
/** A pattern and noise; of the last plane, where `sign` is −1, the pattern's opposite. */
const pattern =
  (sign: number): Draw =>
  (random, { N, C, H, W }, index) => {
    const plane = (H as number) * (W as number);
    const last = index >= ((N as number) * (C as number) - 1) * plane;
    return (last ? sign : 1) * Math.sin(index / 5) + 0.3 * random.normal();
  };
const scalesOf = {
  options: [
    { dataRange: 2, window: 2, sigma: 1 },
    { dataRange: 1, window: 2, k2: 0.2 },
    { dataRange: 2, window: 3, sigma: 1, weights: [0.3, 0, 0.5] },
  ],
  draw: { predictions: pattern(1), targets: pattern(-1) },
  kinks: { predictions: firstPlaneEqual, targets: firstPlaneEqual },
  lengths: { N: 1, C: 2, H: 17, W: 22 },
  rest: [],
};
const unit: Draw = (random) => random.uniform();
const corners: Draw = (random) => random.below(3) / 2;
const similarity: Draw = (random) => 2 * random.uniform() - 1;
const distances = [{}, { distance: "squared" }, { distance: "cosine" }];

const cases: Readonly<Record<string, EngineCase>> = {
  crossEntropy: {
    options: [{}, { weight: [1, 0.5, 2, 3], labelSmoothing: 0.1 }, { ignoreIndex: 1 }, { labelSmoothing: 0.2 }],
  },
  softCrossEntropy: { options: [{}, { weight: [1, 0.5, 2, 3] }] },
  binaryCrossEntropy: { options: [{}, { posWeight: 3 }, { posWeight: [1, 2, 0.5], labelSmoothing: 0.2 }] },
  focalLoss: {
    options: [
      {},
      { alpha: null, gamma: 0 },
      { gamma: 0.5 },
      { normalizer: "positives", labelSmoothing: 0.1 },
      { gamma: 3.5, alpha: 0.7 },
      { alpha: [0.25, 1, 0], labelSmoothing: 0.2 },
    ],
  },
  softmaxFocalLoss: {
    options: [
      {},
      { gamma: 0.5, alpha: 2 },
      { alpha: [1, 0.5, 2, 3], ignoreIndex: 0 },
      { gamma: 0 },
      { labelSmoothing: 0.2, alpha: [1, 0.5, 2, 0] },
    ],
  },
  hingeLoss: { options: [{}, { margin: 0 }] },
  squaredHingeLoss: { options: [{}, { margin: 0.5 }] },
  multiclassHingeLoss: {
    options: [
      {},
      { form: "max" },
      { margin: 0.5, weight: [1, 0.5, 2, 0] },
      { margin: 0, form: "max", power: 2 },
      { power: 2, weight: [1, 0.5, 2, 3] },
    ],
  },
  quantileLoss: { options: [{}, { quantile: 0.9 }] },
  expectileLoss: { options: [{}, { expectile: 0.9 }] },
  multiQuantileLoss: { options: [{ quantiles: [0.1, 0.5, 0.9] }] },
  huberLoss: { options: [{}, { delta: 0.5 }] },
  smoothL1Loss: { options: [{}, { beta: 0 }, { beta: 0.5 }] },
  charbonnierLoss: { options: [{}, { epsilon: 0.5 }] },
  distillationLoss: { options: [{}, { temperature: 4 }] },
  gradientPenalty: { options: [{}, { oneSided: true, target: 3, weight: 1 }] },
  wassersteinDistance: {
    options: [
      {},
      { p: 2 },
      { p: 3 },
      { p: Number.POSITIVE_INFINITY },
      { uWeights: [1, 2, 3, 1, 1], vWeights: [1, 1, 0, 2, 1, 1] },
    ],
  },
  slicedWassersteinDistance: { options: [{ projections: 7 }, { projections: 3, p: 1, seed: 4 }] },
  earthMoverDistance: { options: [{}, { cost: "squared", yWeights: [1, 1, 0, 2, 1, 1] }, { cost: "manhattan" }] },
  sinkhornDivergence: {
    options: [
      {},
      { p: 1, blur: 0.2 },
      { p: 3, blur: 0.4, scaling: 0.7 },
      { blur: 0.4, maxIterations: 9 },
      { blur: 0.3, xWeights: [1, 0, 2, 3], yWeights: [3, 1, 1] },
    ],
    draw: { x: unit, y: unit },
    kinks: { x: corners, y: corners },
    lengths: { N: 4, M: 3 },
  },
  frechetInceptionDistance: {
    options: [{}],
    lengths: [
      { N: 7, M: 9, D: 3 },
      { N: 4, M: 5, D: 6 },
      { N: 3, M: 7, D: 5 },
    ],
  },
  tverskyLoss: {
    options: [
      {},
      { alpha: 0.3, beta: 0.7, smooth: 0 },
      { gamma: 4 / 3, weight: [1, 0.5, 2, 3], perBatch: true },
      { gamma: 0.5, ignoreEmpty: true, mask: someCount.map((rows) => [rows]) },
    ],
    draw: { targets: someMasks },
  },
  diceLoss: {
    options: [
      {},
      { squared: true, smooth: 0, weight: [1, 0.5, 2, 3] },
      { perBatch: true, ignoreEmpty: true, weight: [1, 0.5, 2, 3] },
      { ignoreEmpty: true, mask: someCount },
    ],
    draw: { targets: someMasks },
  },
  generalizedDiceLoss: { options: [{}, { smooth: 0 }, { smooth: 2, mask: someCount }], draw: { targets: someMasks } },
  jaccardLoss: { options: [{}, { smooth: 0 }, { weight: [1, 0.5, 2, 3], mask: someCount }] },
  iouLoss: {
    options: [...formats, { form: "log" }, { form: "log", format: "cxcywh" }],
    ...boxes,
  },
  giouLoss: { options: formats, ...boxes },
  diouLoss: { options: formats, ...boxes },
  ciouLoss: { options: formats, ...boxes },
  drLoss: {
    options: [
      {},
      { posLambda: 0.2, negLambda: 0.5, slope: 2, tau: 1, margin: 0 },
      { mask: [0, 1, 2, 3, 4].map((n) => [0, 1, 2, 3].map((c) => Number((n + 2 * c) % 3 > 0))) },
    ],
    draw: { targets: (random, { C }) => random.below((C as number) + 2) - 1 },
  },
  ssimLoss: similarityOf,
  ssim: similarityOf,
  msSsimLoss: scalesOf,
  msSsim: scalesOf,
  psnr: {
    options: [{ dataRange: 1 }, { dataRange: 255 }],
    ...someEqual,
    lengths: { N: 2, C: 2, H: 3, W: 5 },
    rest: [2],
  },
  totalVariationLoss: { options: [{}], lengths: { H: 3, W: 5 } },
  reconstructionLoss: {
    options: [{}, { edgeWeight: 2 }, { mask: eyes, edgeWeight: 0.5 }, { mask: eyes, maskWeight: 3 }],
    lengths: { N: 2, C: 2, H: 3, W: 4 },
  },
  tdLoss: { options: [{}, { huber: 0.5, discount: 0.5 }], draw: { dones: coin } },
  perceptualLoss: { options: [{}, { weights: [0.5, 2], mask: someSeen }], lengths: { N: 2, C: 3, H: 2, W: 3 } },
  styleLoss: { options: [{}, { weights: [0.5, 2], mask: someSeen }], lengths: { N: 2, C: 3, H: 2, W: 3 } },
  contrastiveLoss: { options: [{}, { margin: 4 }], draw: { different: coin } },
  cosineEmbeddingLoss: { options: [{}, { margin: 0.3 }] },
  marginRankingLoss: { options: [{}, { margin: 0.5 }] },
  verificationLoss: { options: [{}], draw: { same: coin } },
  tripletLoss: { options: [...distances, { swap: true, margin: 2 }] },
  quadrupletLoss: { options: [{}, { distance: "euclidean", margin: 2, margin2: 1 }, { distance: "cosine" }] },
  batchHardTripletLoss: {
    options: [...distances, { soft: true }, { mask: someRows }],
    ...batch,
    kinks: { embeddings: alongAxes },
  },
  semiHardTripletLoss: {
    options: [{ margin: 1 }, { distance: "squared", margin: 3 }, { margin: 2, mask: someRows }],
    ...batch,
  },
  batchAllTripletLoss: { options: [...distances, { average: "all" }, { mask: someRows }], ...batch },
  batchHardQuadrupletLoss: { options: [{}, { distance: "euclidean" }, { mask: someRows }], ...batch },
  circleLoss: {
    options: [{ scale: 8 }, { margin: 0.5, scale: 16 }],
    draw: { positives: similarity, negatives: similarity },
  },
  batchCircleLoss: {
    options: [
      { scale: 8 },
      { scale: 8, pooling: "anchor" },
      { scale: 8, mask: someRows },
      { scale: 8, pooling: "anchor", mask: someRows },
    ],
    ...batch,
  },
  supConLoss: { options: [{}, { temperature: 0.5 }, { mask: someRows }], ...batch },
  infoNceLoss: {
    options: [
      {},
      { symmetric: true, temperature: 0.5 },
      { temperature: 0.5, positives: rightKeys },
      { symmetric: true, positives: rightKeys },
      { symmetric: true, mask: someOfFive },
      { positives: rightKeys, mask: someOfFive },
    ],
  },
  ntXentLoss: { options: [{}, { temperature: 1 }, { mask: someOfFive }] },
  // Along the direction of its class an embedding's slope is infinite, and rounding decides.
  arcFaceLoss: {
    options: [{ scale: 8 }, { scale: 4, margin: 1.5 }],
    kinks: { weight: (random) => random.normal() },
  },
  cosFaceLoss: { options: [{ scale: 8 }, { margin: 0, scale: 4 }] },
  damsmLoss: {
    options: [{}, { form: "code", gamma1: 2, gamma2: 3, gamma3: 0.7 }, { classIds: [0, 1, 0, 2, 1] }],
    draw: { lengths: (random, { T }) => 1 + random.below(T as number) },
    lengths: { R: 4, T: 3 },
  },
  oimLoss: { options: [{}, { normalize: false, scale: 2 }], draw: { labels: (random) => random.below(6) - 2 } },
};

export const caseOf = (name: string): EngineCase => cases[name] ?? { options: [{}] };

/** The options to try a loss with. */
export const optionsOf = (name: string): readonly Options[] => caseOf(name).options;

export const caseNames = Object.keys(cases);

export type Input = Sample | readonly Sample[] | OimMemory;

/** A memory of four identities in which one is unseen, and a queue with room. */
function memoryOf(random: Random, dimension: number): OimMemory {
  const rows = Array.from({ length: 4 }, () => Array.from({ length: dimension }, () => random.normal()));
  return updateOimMemory(createOimMemory({ identities: 4, dimension, queueSize: 3 }), rows, [0, 1, 3, -1]);
}

/**
 * A sample moved to where kinks are. On a grid of whole numbers equal ones, zeros, ties and exact margins abound, and sums
 * are exact. First and last rows are equal in all arguments; another row, of each argument its own, is zero.
 */
function toKinks({ data, shape }: Sample, kind: string, argument: number): Sample {
  if (kind === "probability") return { data: data.map((value) => Math.max(0.25, Math.round(value * 4) / 4)), shape };
  if (kind !== "float" && kind !== "list") return { data, shape };
  const [rows, ...rest] = shape as [number, ...number[]];
  const width = rest.reduce((product, length) => product * length, 1);
  const place = (value: number, index: number) => {
    const row = Math.floor(index / width);
    if (rest.length > 0 && (row === 0 || row === rows - 1)) return ((index % width) % 3) - 1;
    return rest.length > 0 && row === argument + 1 ? 0 : Math.round(value / 2);
  };
  return { data: data.map(place), shape };
}

/** Inputs of a loss: drawn at random, or of the random ones the nearest on kinks. A list has two entries. */
export function inputsOf(name: string, seed: number, onKinks: boolean): Input[] {
  const spec = specOf(losses[name] as AnyLoss);
  const { kinks, lengths = {}, rest: own = [2, 3], ...given } = caseOf(name);
  const draw = onKinks && kinks ? kinks : given.draw;
  const random = seeded(seed);
  const rest = spec.arguments.some(({ shape }) => shape.includes("...")) ? own : [];
  const all = {
    N: 5,
    C: 4,
    D: 3,
    M: 6,
    P: 4,
    Q: 3,
    ...[lengths].flat()[seed % [lengths].flat().length],
    rest,
  } as Lengths;
  const samples = drawInputs(spec, all, random, draw);
  // The second layer has more channels and fewer pixels.
  const layer = { ...all, C: (all.C as number) + 1, H: 1, W: 2 };
  const second = spec.arguments.some(({ kind }) => kind === "list") ? drawInputs(spec, layer, random, draw) : [];
  return samples.map((sample, i) => {
    const { kind, name: argument } = spec.arguments[i] as (typeof spec.arguments)[number];
    if (kind === "state") return memoryOf(random, all.D as number);
    const placed = (own: Sample) => (!onKinks || draw?.[argument] ? own : toKinks(own, kind, i));
    return kind === "list" ? [placed(sample), placed(second[i] as Sample)] : placed(sample);
  });
}

export const isSample = (input: Input): input is Sample => "data" in input;

export const isState = (input: Input): input is OimMemory => !isSample(input) && !isList(input);

/** An input's samples brought into another form: one, those of a list, or none in a state. */
export function convert<T>(input: Input, make: (sample: Sample) => T): T | T[] | OimMemory {
  if (isSample(input)) return make(input);
  return isList(input) ? input.map(make) : input;
}

const isList = (input: Input): input is readonly Sample[] => Array.isArray(input);

/** What an engine gives, in plain numbers. */
export interface Result {
  readonly value: number;
  readonly grads: Readonly<Record<string, readonly number[]>>;
}
