/** Training: gradients, what a linear model recovers, and that a seed fixes everything but the clock. */
import { expect, it } from "vitest";
import { type Candidate, candidates, chooseCandidates } from "../../src/cli/compare/candidates.ts";
import { crossValidate } from "../../src/cli/compare/crossValidation.ts";
import { readDataset } from "../../src/cli/compare/dataset.ts";
import { createNetwork, type Network } from "../../src/cli/compare/network.ts";
import { encode, predict, type Rows, train } from "../../src/cli/compare/training.ts";
import { seededRandom } from "../../src/random.ts";
import { rows, tableOf } from "./tables.ts";

const none = { labelNoise: 0, outliers: 0, imbalance: 1 };
const named = (task: "classification" | "regression", name: string) => chooseCandidates(task, [name])[0] as Candidate;

function trained(candidate: Candidate, data: Rows, width: number, outputs: number, hidden = 0): Network {
  const schedule = { width, outputs, hidden, epochs: 150, seeds: [1] as const };
  return [...train(candidate, data, schedule)].at(-1) as Network;
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

it.each(candidates.regression.filter(({ spec }) => spec.name !== "quantileLoss").map((c) => [c.name, c] as const))(
  "%s recovers a line",
  (_, candidate) => {
    const targets = Float64Array.from({ length: count }, (_, row) => line(row));
    const [first, second, bias] = trained(candidate, { features: x, targets, count }, 2, 1).parameters;
    expect(Math.abs((first as number) - 2)).toBeLessThan(0.01);
    expect(Math.abs((second as number) + 3)).toBeLessThan(0.01);
    expect(Math.abs((bias as number) - 0.5)).toBeLessThan(0.01);
  },
);

it.each([0.1, 0.5, 0.9])("the quantile loss of %d has that share of the rows below", (level) => {
  const noise = seededRandom(8);
  const targets = Float64Array.from({ length: count }, (_, row) => line(row) + noise.normal());
  const data = { features: x, targets, count };
  const network = trained(named("regression", `quantileLoss quantile=${level}`), data, 2, 1);
  const below = predict(network, data, 2, 1).filter((score, row) => (targets[row] as number) < score).length;
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
    const scores = predict(trained(candidate, data, 2, 3, 8), data, 2, 3);
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
  const settings = { folds: 3, epochs: 4, hidden, seed, stress: { ...none, labelNoise: 0.1 } };
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

it("losses that are one function train alike: the folds, weights and batches are the same", async () => {
  const [binary, logistic] = await run(4, ["binaryCrossEntropy", "logisticLoss"]);
  expect(logistic?.curves).toEqual(binary?.curves);
});

it("--losses takes a function for its variants, and hints at misspelt ones", () => {
  expect(chooseCandidates("regression", ["quantileLoss"])).toHaveLength(3);
  expect(chooseCandidates("classification", ["crossEntropy labelSmoothing=0.1"])).toHaveLength(1);
  expect(() => chooseCandidates("regression", ["hubberLoss"])).toThrow(
    '--losses: no regression loss is called "hubberLoss"; did you mean "huberLoss"?',
  );
});
