import { checkEach, type Numbers, readNumbers } from "../../contract/numbers.ts";
import { type FunctionSpecOf, frozen } from "../../contract/spec.ts";
import { LossaryRangeError } from "../../lossaryError.ts";
import { seededRandom } from "../../random.ts";
import type { FloatInput, IndexInput } from "../../tensor/tensor.ts";
import { meanAndStd, seedOption } from "../arguments.ts";

export interface MatchingRPrecisionOptions {
  /** Texts an image chooses from, its own among them; a whole number ≥ 2. Default 100. */
  candidates?: number;
  /** Seed of the other texts. Default 0. */
  seed?: number;
  /** Class of each pair, [N], whole numbers; the other texts are then of other classes. Default: any other text. */
  classIds?: IndexInput;
}

const FOLDS = 10;

type Inputs = [images: FloatInput, texts: FloatInput];

const spec = frozen<FunctionSpecOf<Inputs, MatchingRPrecisionOptions>>({
  name: "matchingRPrecision",
  family: "score",
  title: { en: "R-precision of images and texts", zh: "图文匹配 R 精确率" },
  summary: "How often an image's own text is the closest of many.",
  arguments: [
    { name: "images", shape: "N D", kind: "float", differentiable: false, doc: "Vectors of images." },
    { name: "texts", shape: "N D", kind: "float", differentiable: false, doc: "Vectors of their texts." },
  ],
  options: {
    candidates: { type: "number", default: 100, range: "[2, ∞)", integer: true, doc: "Texts an image chooses from." },
    seed: seedOption("Seed of the other texts."),
    classIds: { type: "tensor", shape: "N", default: undefined, range: "(−∞, ∞)", doc: "Class of each pair." },
  },
});

/**
 * R-precision as text-to-image papers have it: how often an image's own text is the closest of a hundred, by cosine.
 *
 * Shapes     images, texts: [N, D], a pair a row. Result: mean and standard deviation (ddof 0) over ten folds, fold i
 *            holding pairs ⌊iN/10⌋ up to ⌊(i+1)N/10⌋ (N folds where N < 10).
 * Errors     Fewer than candidates − 1 other texts (of other classes, with classIds); shapes that differ; options out of
 *            range.
 * Edges      The other texts are drawn without repetition, anew for each image. A tie counts as a miss. A zero vector
 *            has cosine 0 with everything. NaN gives NaN.
 * Relation   Public code counts a tie as a hit and leaves the last pair of each fold out of its mean. Not
 *            differentiable: damsmLoss is what trains for it.
 * Source     T. Xu et al., AttnGAN: Fine-Grained Text to Image Generation with Attentional GANs, 2018.
 */
export function matchingRPrecision(
  images: FloatInput,
  texts: FloatInput,
  options?: MatchingRPrecisionOptions,
): { mean: number; std: number };
export function matchingRPrecision(...args: unknown[]): { mean: number; std: number } {
  const { inputs, options } = readNumbers<Inputs, MatchingRPrecisionOptions>(spec, args);
  const [pictures, captions] = inputs;
  const { candidates, seed, classIds } = options;
  const { name } = spec;
  const n = pictures.shape[0] as number;
  const own = { data: Float64Array.from({ length: n }, (_, i) => i), shape: [n], dtype: null };
  const ids = classIds ?? own;
  checkEach(`${name}: classIds`, ids, Number.isInteger, "expected a whole number");
  const classes = ids.data;
  checkOthers(name, classes, candidates, classIds !== undefined);
  const random = seededRandom(seed);
  const [u, v] = [unitRows(pictures), unitRows(captions)];
  const pool = Int32Array.from({ length: n }, (_, i) => i);
  const hits = Float64Array.from({ length: n }, (_, i) => {
    const own = cosine(u, v, i, i);
    let hit = Number.isNaN(own) ? Number.NaN : 1;
    for (let drawn = 0, at = 0; drawn < candidates - 1; at++) {
      const j = at + random.below(n - at);
      [pool[at], pool[j]] = [pool[j] as number, pool[at] as number];
      const other = pool[at] as number;
      if (classes[other] === classes[i]) continue;
      drawn++;
      const rival = cosine(u, v, i, other);
      if (Number.isNaN(rival)) hit = Number.NaN;
      else if (rival >= own) hit *= 0;
    }
    return hit;
  });
  const folds = Math.min(FOLDS, n);
  const bound = (i: number) => Math.floor((i * n) / folds);
  return meanAndStd(
    Array.from({ length: folds }, (_, i) => {
      const fold = hits.subarray(bound(i), bound(i + 1));
      return fold.reduce((sum, hit) => sum + hit, 0) / fold.length;
    }),
  );
}
matchingRPrecision.spec = spec;

/** Throws where some image has too few texts of other classes to choose from. */
function checkOthers(name: string, classes: Float64Array, candidates: number, given: boolean): void {
  const sizes = new Map<number, number>();
  for (let i = 0; i < classes.length; i++) {
    const id = classes[i] as number;
    sizes.set(id, (sizes.get(id) ?? 0) + 1);
  }
  for (const [id, size] of sizes)
    if (classes.length - size < candidates - 1)
      throw new LossaryRangeError(
        name,
        `${candidates} candidates need ${candidates - 1} other texts${given ? ` of other classes than ${id}` : ""}, there are ${classes.length - size}; give fewer candidates`,
        { argument: "candidates" },
      );
}

interface UnitRows {
  readonly data: Float64Array;
  readonly d: number;
}

function unitRows({ data, shape }: Numbers): UnitRows {
  const d = shape[1] as number;
  const unit = new Float64Array(data.length);
  for (let at = 0; at < data.length; at += d) {
    let largest = 0;
    for (let k = 0; k < d; k++) largest = Math.max(largest, Math.abs(data[at + k] as number));
    let squares = 0;
    for (let k = 0; k < d; k++) squares += ((data[at + k] as number) / largest) ** 2;
    const length = Math.sqrt(squares);
    for (let k = 0; k < d; k++) unit[at + k] = largest === 0 ? 0 : (data[at + k] as number) / largest / length;
  }
  return { data: unit, d };
}

function cosine(u: UnitRows, v: UnitRows, i: number, j: number): number {
  const [x, y, d] = [u.data, v.data, u.d];
  let [a, b, k, s0, s1, s2, s3] = [i * d, j * d, 0, 0, 0, 0, 0];
  for (; k + 4 <= d; k += 4, a += 4, b += 4) {
    s0 += (x[a] as number) * (y[b] as number);
    s1 += (x[a + 1] as number) * (y[b + 1] as number);
    s2 += (x[a + 2] as number) * (y[b + 2] as number);
    s3 += (x[a + 3] as number) * (y[b + 3] as number);
  }
  for (; k < d; k++) s0 += (x[a++] as number) * (y[b++] as number);
  return s0 + s1 + (s2 + s3);
}
