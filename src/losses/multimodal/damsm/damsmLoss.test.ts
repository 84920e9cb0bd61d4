import { describe, expect, it } from "vitest";
import { filledIn } from "../../../../test/harness/calls.ts";
import { beyondSquares, describeLoss } from "../../../../test/harness/describeLoss.ts";
import { expectClose } from "../../../../test/harness/expectClose.ts";
import { plainCosine, plainDot } from "../../../../test/harness/points.ts";
import { seeded } from "../../../../test/harness/random.ts";
import type { Sample } from "../../../../test/harness/samples.ts";
import { type DamsmOptions, damsmLoss, damsmTerms } from "./damsmLoss.ts";

type Rows = number[][];

const softmax = (row: readonly number[]): number[] => {
  const peak = Math.max(...row);
  const powers = row.map((x) => Math.exp(x - peak));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((x) => x / sum);
};

const transposed = (rows: Rows): Rows => (rows[0] ?? []).map((_, j) => rows.map((row) => row[j] as number));

/** The rows of sample i of a tensor [N, K, D]. */
const rowsAt = ({ data, shape: [, k = 0, d = 0] }: Sample, i: number): Rows =>
  Array.from({ length: k }, (_, row) => data.slice((i * k + row) * d, (i * k + row + 1) * d));

/** Word by word, from the definition. */
function match(regions: Rows, words: Rows, { gamma1, gamma2, form }: Required<DamsmOptions>): number {
  const shares = transposed(regions.map((v) => softmax(words.map((e) => plainDot(e, v)))));
  const powers = words.map((e, t) => {
    const alpha = softmax((shares[t] as number[]).map((s) => gamma1 * s));
    const context = e.map((_, k) => regions.reduce((sum, v, r) => sum + (alpha[r] as number) * (v[k] as number), 0));
    return Math.exp(gamma2 * plainCosine(context, e));
  });
  return Math.log(powers.reduce((a, b) => a + b, 0)) / (form === "paper" ? gamma2 : 1);
}

function crossEntropy(scores: Rows, classes?: readonly number[]): number {
  const values = scores.map((row, i) => {
    const rivals = row.filter((_, j) => j === i || !classes || classes[j] !== classes[i]);
    const peak = Math.max(...rivals);
    return Math.log(rivals.reduce((sum, x) => sum + Math.exp(x - peak), 0)) + peak - (row[i] as number);
  });
  return values.reduce((a, b) => a + b, 0) / values.length;
}

function reference(inputs: readonly Sample[], options: Required<DamsmOptions>): number[] {
  const [regions, words, lengths, images, sentences] = inputs as [Sample, Sample, Sample, Sample, Sample];
  const { gamma3 } = options;
  const n = lengths.data.length;
  const classes = options.classIds as number[] | undefined;
  const all = Array.from({ length: n }, (_, i) => i);
  const flat = (sample: Sample, i: number) =>
    rowsAt({ ...sample, shape: [n, 1, sample.shape[1] as number] }, i)[0] ?? [];
  const byWords = all.map((i) =>
    all.map((j) => gamma3 * match(rowsAt(regions, i), rowsAt(words, j).slice(0, lengths.data[j]), options)),
  );
  const whole = all.map((i) => all.map((j) => gamma3 * plainCosine(flat(images, i), flat(sentences, j))));
  return [byWords, transposed(byWords), whole, transposed(whole)].map((scores) => crossEntropy(scores, classes));
}

describeLoss<DamsmOptions>(damsmLoss, {
  extreme: beyondSquares,
  reference: (inputs, options) => [reference(inputs, options).reduce((a, b) => a + b, 0)],
  options: [{}, { form: "code", gamma1: 2, gamma2: 3, gamma3: 0.7 }],
  draw: {
    lengths: (random, lengths) => 1 + random.below(lengths.T as number),
    regions: (random) => random.normal(),
    words: (random) => random.normal(),
  },
  accuracy: { float32: 2e-5, float64: 1e-12, least: 1 },
  gradientAccuracy: { float32: 3e-4, float64: 1e-11, least: 1e-2 },
});

function batch(n: number, r: number, t: number, d: number, seed: number) {
  const random = seeded(seed);
  const tensor = (...shape: number[]) => ({
    data: Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.normal()),
    shape,
  });
  const lengths = Int32Array.from({ length: n }, () => 1 + random.below(t));
  return [tensor(n, r, d), tensor(n, t, d), lengths, tensor(n, d), tensor(n, d)] as const;
}

describe("damsmLoss", () => {
  it("has one word, one region, one dimension and one sample", () => {
    const one = damsmLoss.valueAndGrad([[[2]]], [[[3]]], [1], [[1]], [[-1]]);
    expect(one.value).toBe(0);
    for (const grad of Object.values(one.grads)) expect([...grad.data].map((g) => g + 0)).toEqual([0]);
  });

  it("a caption of one word attends to all regions alike", () => {
    const [regions, , , images, sentences] = batch(3, 4, 1, 5, 1);
    const words = batch(3, 4, 1, 5, 2)[1];
    const own = damsmTerms(regions, words, [1, 1, 1], images, sentences);
    const even = { data: new Float64Array(15), shape: [3, 1, 5] };
    for (let i = 0; i < 3; i++)
      for (let r = 0; r < 4; r++)
        for (let k = 0; k < 5; k++)
          even.data[i * 5 + k] = (even.data[i * 5 + k] as number) + (regions.data[(i * 4 + r) * 5 + k] as number) / 4;
    const mean = damsmTerms(even, words, [1, 1, 1], images, sentences);
    expect(own.imageToWords).toBeCloseTo(mean.imageToWords, 12);
    expect(own.wordsToImage).toBeCloseTo(mean.wordsToImage, 12);
  });

  it("does not read what lies behind a caption's length, and gives it gradient 0", () => {
    const [regions, words, , images, sentences] = batch(3, 4, 5, 6, 3);
    const lengths = [5, 2, 1];
    const spoilt = { ...words, data: words.data.slice() };
    for (let i = 0; i < 3; i++) spoilt.data.fill(Number.NaN, (i * 5 + (lengths[i] as number)) * 6, (i + 1) * 30);
    const [clean, dirty] = [words, spoilt].map((w) =>
      damsmLoss.valueAndGrad(regions, w, lengths, images, sentences),
    ) as [ReturnType<typeof damsmLoss.valueAndGrad>, ReturnType<typeof damsmLoss.valueAndGrad>];
    expect(dirty.value).toBe(clean.value);
    for (const name of ["regions", "words", "images", "sentences"] as const)
      expect(dirty.grads[name].data).toEqual(clean.grads[name].data);
    for (let i = 0; i < 3; i++)
      for (let k = (i * 5 + (lengths[i] as number)) * 6; k < (i + 1) * 30; k++)
        expect(clean.grads.words.data[k]).toBe(0);
  });

  it("terms are the reference's, and leave others of a class out", () => {
    const [regions, words, lengths, images, sentences] = batch(6, 4, 5, 3, 4);
    const classIds = [7, 3, 7, 1, 3, 7];
    const samples = [regions, words, { data: lengths, shape: [6] }, images, sentences].map(({ data, shape }) => ({
      data: [...data],
      shape,
    }));
    for (const options of [{ classIds }, { classIds, form: "code" as const }, {}]) {
      const came = damsmTerms(regions, words, lengths, images, sentences, options);
      const { imageToWords, wordsToImage, imageToSentence, sentenceToImage } = came;
      const wanted = reference(samples, filledIn<DamsmOptions>(damsmLoss, options));
      expectClose([imageToWords, wordsToImage, imageToSentence, sentenceToImage], wanted, 1e-13);
      const sum = wanted.reduce((a, b) => a + b, 0);
      expectClose([damsmLoss(regions, words, lengths, images, sentences, options)], [sum], 1e-13);
    }
    const same = damsmLoss.valueAndGrad(regions, words, lengths, images, sentences, { classIds: [5, 5, 5, 5, 5, 5] });
    expect(same.value).toBe(0);
    expect([...same.grads.regions.data].every((g) => g === 0)).toBe(true);
  });

  it("with gamma2 1 both forms are one; dividing gamma3 by gamma2 turns the code's into the paper's", () => {
    const inputs = batch(4, 3, 5, 6, 5);
    expect(damsmLoss(...inputs, { gamma2: 1, form: "code" })).toBe(damsmLoss(...inputs, { gamma2: 1 }));
    const paper = damsmTerms(...inputs, { gamma3: 10, gamma2: 4 });
    expect(damsmTerms(...inputs, { gamma3: 2.5, gamma2: 4, form: "code" }).imageToWords).toBe(paper.imageToWords);
  });

  it("changes with the order of samples in nothing but the order of gradients", () => {
    const [regions, words, lengths, images, sentences] = batch(4, 3, 5, 6, 6);
    const back = <T extends { data: Float64Array; shape: number[] }>({ data, shape }: T) => {
      const size = data.length / 4;
      return {
        data: Float64Array.from(data, (_, i) => data[(3 - Math.floor(i / size)) * size + (i % size)] as number),
        shape,
      };
    };
    const plain = damsmLoss.valueAndGrad(regions, words, lengths, images, sentences);
    const turned = damsmLoss.valueAndGrad(
      back(regions),
      back(words),
      lengths.slice().reverse(),
      back(images),
      back(sentences),
    );
    expectClose([turned.value], [plain.value], 1e-13);
    for (const name of ["regions", "words", "images", "sentences"] as const) {
      const { data, shape } = turned.grads[name];
      const again = back({ data: Float64Array.from(data), shape: [...shape] });
      expectClose(again.data, plain.grads[name].data, 1e-11, 1e-2);
    }
  });

  it("computes batches that need several blocks of pairs as it does one sample after another", () => {
    // 100 · (3 · 2500 + 1) numbers a caption: three captions are more than one block.
    const [regions, words, lengths, images, sentences] = batch(5, 2500, 100, 1, 7);
    const whole = damsmTerms(regions, words, lengths, images, sentences);
    const samples = [regions, words, { data: lengths, shape: [5] }, images, sentences].map(({ data, shape }) => ({
      data: [...data],
      shape,
    }));
    expectClose(
      [whole.imageToWords, whole.wordsToImage],
      reference(samples, filledIn<DamsmOptions>(damsmLoss, {})).slice(0, 2),
      1e-12,
    );
  });

  it("has the gradient of the value also where a batch is too large for its attention to be kept", () => {
    // 8 · (8 · 60 words) · (6000 regions + 2) numbers are more than are kept.
    const [regions, words, , images, sentences] = batch(8, 6000, 60, 2, 9);
    const lengths = new Int32Array(8).fill(60);
    const { grads } = damsmLoss.valueAndGrad(regions, words, lengths, images, sentences);
    const random = seeded(10);
    const step = 1e-5;
    for (const name of ["regions", "words"] as const) {
      const given = name === "regions" ? regions : words;
      const direction = Float64Array.from(given.data, () => random.normal());
      const at = (by: number) => {
        const moved = { ...given, data: given.data.map((x, i) => x + by * (direction[i] as number)) };
        const [r, w] = name === "regions" ? [moved, words] : [regions, moved];
        return damsmLoss(r, w, lengths, images, sentences);
      };
      const along = Array.from(grads[name].data).reduce((sum, g, i) => sum + g * (direction[i] as number), 0);
      expect(Math.abs(along), name).toBeGreaterThan(0.01);
      expectClose([along], [(at(step) - at(-step)) / (2 * step)], 1e-6, 0, name);
    }
  });

  it("names what is wrong", () => {
    const [regions, words, lengths, images, sentences] = batch(2, 3, 4, 5, 8);
    const call = (l: readonly number[], options?: DamsmOptions) => () =>
      damsmLoss(regions, words, l, images, sentences, options);
    expect(call([1, 0])).toThrow("damsmLoss: lengths[1] is 0, outside 1…4 (words are [2, 4, 5])");
    expect(call([5, 1])).toThrow(RangeError);
    expect(call([1, 1], { classIds: [1, 0.5] })).toThrow("classIds[1] is 0.5, expected a whole number");
    expect(call([1, 1], { classIds: [1] })).toThrow(RangeError);
    expect(() => damsmTerms(regions, words, [9, 9], images, sentences)).toThrow(/^damsmTerms: lengths/);
    expect(() => damsmTerms(regions, words, lengths, images, sentences, { gama: 1 } as never)).toThrow(/gamma/);
  });
});
