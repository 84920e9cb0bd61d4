/** Training: gradients, what a linear model recovers, and that a seed fixes everything but the clock. */
import { expect, it } from "vitest";
import { asTwoClasses, createBatch, encode } from "../../src/cli/compare/batch.ts";
import { type Candidate, candidates, chooseCandidates } from "../../src/cli/compare/candidates.ts";
import { crossValidate } from "../../src/cli/compare/crossValidation.ts";
import { budgetsUpTo, chooseEpochs } from "../../src/cli/compare/epochs.ts";
import { batchSize, mostEpochs, predict, type Rows, train } from "../../src/cli/compare/training.ts";
import { createNetwork, type Network } from "../../src/cli/model/network.ts";
import { readDataset } from "../../src/cli/table/dataset.ts";
import { seededRandom } from "../../src/random.ts";
import { rows, tableOf } from "./tables.ts";

const none = { labelNoise: 0, outliers: 0, imbalance: 1 };
const named = (task: "classification" | "regression", name: string) => chooseCandidates(task, [name])[0] as Candidate;

const schedule = { width: 2, outputs: 1, hidden: 0, weightDecay: 0, seeds: [1] as const };

function trained(candidate: Candidate, data: Rows, outputs: number, hidden = 0, epochs = 100): Network {
  let last: Network | undefined;
  for (const network of train(candidate, data, { ...schedule, outputs, hidden }, epochs)) last = network;
  return last as Network;
}

it.each([0, 5])("the network's gradient is that of central differences (hidden %d)", (hidden) => {
  const random = seededRandom(2);
  const [inputs, outputs, count] = [3, 2, 4];
  const x = Float32Array.from({ length: inputs * count }, random.normal);
  const upstream = Float32Array.from({ length: outputs * count }, random.normal);
  const network = createNetwork(inputs, hidden, outputs, count, seededRandom(3));
  const scores = new Float32Array(outputs * count);
  const value = () => {
    network.forward(x, count, scores);
    return scores.reduce((sum, score, i) => sum + score * (upstream[i] as number), 0);
  };
  value();
  network.backward(x, count, upstream);
  for (const [i, own] of network.gradient.slice().entries()) {
    const kept = network.parameters[i] as number;
    const at = (shift: number) => {
      network.parameters[i] = kept + shift;
      return value();
    };
    const difference = (at(0.01) - at(-0.01)) / 0.02;
    network.parameters[i] = kept;
    expect(Math.abs(own - difference)).toBeLessThan(2e-4 * Math.max(1, Math.abs(own)));
  }
});

const random = seededRandom(7);
const count = 500;
const x = Float32Array.from({ length: count * 2 }, random.normal);
const line = (row: number) => 0.5 + 2 * (x[row * 2] as number) - 3 * (x[row * 2 + 1] as number);

/** A lighter side takes longer. */
const epochsOf = ({ spec }: Candidate) => (spec.name === "expectileLoss" ? 150 : undefined);

it.each(candidates.regression.filter(({ spec }) => spec.name !== "quantileLoss").map((c) => [c.name, c] as const))(
  "%s recovers a line",
  (_, candidate) => {
    const targets = Float64Array.from({ length: count }, (_, row) => line(row));
    const data = { features: x, targets, count };
    const [first, second, bias] = trained(candidate, data, 1, 0, epochsOf(candidate)).parameters;
    expect(Math.abs((first as number) - 2)).toBeLessThan(0.01);
    expect(Math.abs((second as number) + 3)).toBeLessThan(0.01);
    expect(Math.abs((bias as number) - 0.5)).toBeLessThan(0.01);
  },
);

it.each([0.1, 0.5, 0.9])("the quantile loss of %d has that share of the rows below", (level) => {
  const noise = seededRandom(8);
  const targets = Float64Array.from({ length: count }, (_, row) => line(row) + noise.normal());
  const data = { features: x, targets, count };
  const network = trained(named("regression", `quantileLoss quantile=${level}`), data, 1, 0, 150);
  const below = predict(network, data, schedule).filter((score, row) => (targets[row] as number) < score).length;
  expect(Math.abs(below / count - level)).toBeLessThan(0.02);
});

it.each(candidates.classification.map((candidate) => [candidate.name, candidate] as const))(
  "%s separates three classes",
  (_, candidate) => {
    const noise = seededRandom(9);
    const targets = Int32Array.from({ length: count }, (_, row) => row % 3);
    const features = Float32Array.from({ length: count * 2 }, (_, at) => {
      const angle = ((targets[at >> 1] as number) * 2 * Math.PI) / 3;
      return 3 * (at % 2 ? Math.sin(angle) : Math.cos(angle)) + 0.3 * noise.normal();
    });
    const data = { features, targets, count };
    const scores = predict(trained(candidate, data, 3, 8, 30), data, { ...schedule, outputs: 3 });
    const right = targets.filter((label, row) => {
      const own = [...scores.subarray(row * 3, row * 3 + 3)];
      return own.indexOf(Math.max(...own)) === label;
    }).length;
    expect(right).toBe(count);
  },
);

it("targets are encoded as each loss wants them", () => {
  const values = Int32Array.of(0, 2, 1);
  const chosen = Int32Array.of(1, 2);
  const into = new Float32Array(6);
  encode("oneHot", values, chosen, into);
  expect([...into]).toEqual([0, 0, 1, 0, 1, 0]);
  encode("signs", values, chosen, into);
  expect([...into]).toEqual([-1, -1, 1, -1, 1, -1]);
  const single = new Float32Array(3);
  encode("oneHot", Int32Array.of(0, 1, 1), Int32Array.of(2, 0, 1), single);
  expect([...single]).toEqual([1, 0, 1]);
  encode("signs", Int32Array.of(0, 1, 1), Int32Array.of(2, 0, 1), single);
  expect([...single]).toEqual([1, -1, 1]);
  const labels = new Int32Array(2);
  encode("labels", values, chosen, labels);
  expect([...labels]).toEqual([2, 1]);
});

const dataset = readDataset(
  tableOf({
    a: rows(90, (i) => Math.sin(i * i)),
    b: rows(90, (i) => Math.cos(3 * i)),
    y: rows(90, (i) => (Math.sin(i * i) + Math.cos(3 * i) > 0 ? "up" : "down")),
  }),
  "y",
  undefined,
);

const run = async (seed: number, asked: string[], hidden = 0) => {
  const settings = { folds: 3, epochs: 4, hidden, weightDecay: 0, seed, stress: { ...none, labelNoise: 0.1 } };
  const chosen = chooseCandidates("classification", asked);
  const { results } = await crossValidate(dataset, chosen, settings, () => {});
  return results.map(({ scores, curves }) => ({ scores, curves }));
};

it("a seed fixes the outcome, another seed changes it", async () => {
  const first = await run(4, ["crossEntropy", "hingeLoss"], 6);
  expect(await run(4, ["crossEntropy", "hingeLoss"], 6)).toEqual(first);
  expect(await run(5, ["crossEntropy", "hingeLoss"], 6)).not.toEqual(first);
});

it("a loss scores the same whichever others run beside it", async () => {
  const [alone] = await run(4, ["hingeLoss"]);
  const among = await run(4, ["crossEntropy", "focalLoss", "hingeLoss"]);
  expect(among.at(-1)).toEqual(alone);
});

it("losses that are one function are trained once, and score alike", async () => {
  const [cross, binary] = await run(4, ["crossEntropy", "binaryCrossEntropy"]).then((all) => [all[0], all.at(-1)]);
  expect(binary).toEqual(cross);
});

it("with two classes, softmax and sigmoid cross entropy learn the same from the one logit", async () => {
  const [softmax] = await run(4, ["crossEntropy"]);
  const [sigmoid] = await run(4, ["binaryCrossEntropy"]);
  for (const [fold, scores] of (sigmoid?.scores ?? []).entries())
    for (const [key, value] of Object.entries(scores)) expect(value).toBeCloseTo(softmax?.scores[fold]?.[key] ?? -1, 5);
});

it.each(["crossEntropy", "hingeLoss", "multiclassHingeLoss", "softmaxFocalLoss", "squaredHingeLoss"])(
  "%s has the gradient of central differences in the one logit of two classes",
  (name) => {
    const values = Int32Array.of(0, 1, 1);
    const all = Int32Array.of(0, 1, 2);
    const logits = [0.4, -0.3, 1.7];
    const batch = createBatch(named("classification", name), 3, 1);
    const at = (i: number, shift: number) => {
      batch.scores.set(logits.map((z, j) => (i === j ? z + shift : z)));
      return batch.evaluate(values, all);
    };
    at(0, 0);
    const slopes = batch.gradient.slice();
    for (const i of all) expect(slopes[i]).toBeCloseTo((at(i, 1e-3) - at(i, -1e-3)) / 2e-3, 3);
    batch.dispose();
  },
);

it("one logit stands for a score of 0 and itself", () => {
  expect([...asTwoClasses(Float32Array.of(2, -1))]).toEqual([0, 2, 0, -1]);
});

it("weight decay makes the weights of separable classes small, and leaves the bias alone", () => {
  const targets = Int32Array.from({ length: count }, (_, row) => Number(line(row) > 0));
  const [loss] = chooseCandidates("classification", ["crossEntropy"]) as [Candidate];
  const of = (weightDecay: number) => {
    let last: Network | undefined;
    for (const network of train(loss, { features: x, targets, count }, { ...schedule, weightDecay }, 20))
      last = network;
    return Math.hypot(...(last as Network).parameters.subarray(0, 2));
  };
  expect(of(3)).toBeLessThan(of(0) / 2);
  const network = createNetwork(2, 0, 1, 1, seededRandom(0));
  network.parameters.set([4, 2, 3]);
  network.shrink(0.5);
  expect([...network.parameters]).toEqual([2, 1, 3]);
});

it("epochs double up to the most; larger tables have larger batches, so that updates stay as many", () => {
  expect(budgetsUpTo(160)).toEqual([5, 10, 20, 40, 80, 160]);
  expect(budgetsUpTo(4)).toEqual([1, 2, 4]);
  expect([100, 5000, 20_000, 800_000].map(batchSize)).toEqual([32, 32, 128, 512]);
  for (const rows of [100, 5000, 80_000, 800_000])
    expect(mostEpochs(rows) * Math.ceil(rows / batchSize(rows))).toBeLessThan(6400);
});

it("epochs are few where training on goes wrong on other rows, and many where it helps", () => {
  const noise = seededRandom(11);
  const width = 30;
  const wide = { ...schedule, width };
  const make = (rows: number, noisy: boolean): Rows => {
    const features = Float32Array.from({ length: rows * width }, noise.normal);
    const targets = Float64Array.from({ length: rows }, (_, row) =>
      noisy ? 3 * noise.normal() : 20 * (features[row * width] as number),
    );
    return { features, targets, count: rows };
  };
  const chosen = (noisy: boolean) => {
    const splits = [{ training: make(40, noisy), validation: make(40, noisy) }];
    const choice = chooseEpochs(named("regression", "l2Loss"), splits, wide, 160);
    let at = choice.next();
    while (!at.done) at = choice.next();
    return at.value;
  };
  expect(chosen(true)).toBeLessThanOrEqual(20);
  expect(chosen(false)).toBe(160);
});

it("--losses takes a function for its variants, and hints at misspelt ones", () => {
  expect(chooseCandidates("regression", ["quantileLoss"])).toHaveLength(3);
  expect(chooseCandidates("classification", ["crossEntropy labelSmoothing=0.1"])).toHaveLength(1);
  expect(() => chooseCandidates("regression", ["hubberLoss"])).toThrow(
    '--losses: no regression loss is called "hubberLoss"; did you mean "huberLoss"?',
  );
});
