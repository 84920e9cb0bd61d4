/** Every objective hands its loss what it says, with a gradient that goes down hill; batches hold what they promise. */
import { describe, expect, it } from "vitest";
import { batchSampler, drawPairs, drawTuples, pairRounds } from "../../src/cli/embed/batches.ts";
import { chooseObjectives } from "../../src/cli/embed/choose.ts";
import { type Embedded, type Objective, objectives } from "../../src/cli/embed/objectives.ts";
import { ownObjective } from "../../src/cli/embed/own.ts";
import { train } from "../../src/cli/embed/training.ts";
import { findLoss, losses } from "../../src/cli/registry.ts";
import { seededRandom } from "../../src/random.ts";

const labels = Int32Array.from({ length: 24 }, (_, i) => i % 4);
const dimension = 3;

function batch(seed: number): Embedded {
  const random = seededRandom(seed);
  const data = Float32Array.from({ length: labels.length * dimension }, () => random.normal());
  for (let i = 0; i < data.length; i += dimension) {
    const row = data.subarray(i, i + dimension);
    row.set(row.map((v) => v / Math.hypot(...row)));
  }
  return { data, labels, dimension };
}

describe.each(objectives.map((objective) => [objective.name, objective] as const))("%s", (_, objective) => {
  it("gives the gradient of the loss it returns", () => {
    // Two sessions of one seed draw the same pairs, so that both ends of a difference see the same.
    const start = () => {
      const session = objective.start({ classes: 4, dimension, random: seededRandom(7) });
      session.update?.(batch(2));
      return session;
    };
    const own = batch(1);
    const gradient = new Float32Array(own.data.length);
    const value = start().evaluate(own, gradient);
    expect(value).toBeGreaterThan(0);
    const size = Math.hypot(...gradient);
    expect(size).toBeGreaterThan(0);
    const moved = (by: number) =>
      start().evaluate(
        { ...own, data: own.data.map((v, i) => v + (by * (gradient[i] as number)) / size) },
        new Float32Array(gradient.length),
      );
    const slope = (moved(1e-4) - moved(-1e-4)) / 2e-4;
    // Circle loss holds its weights constant in the gradient, so that only the direction can be told.
    if (objective.spec.name === "batchCircleLoss") expect(slope).toBeGreaterThan(0);
    else expect(slope / size).toBeCloseTo(1, 1);
  });

  it("learns: its loss falls, the same each time", () => {
    const random = seededRandom(3);
    const width = 5;
    const features = Float32Array.from(
      { length: labels.length * width },
      (_, at) => random.normal() + (at % width === labels[Math.floor(at / width)] ? 2 : 0),
    );
    const settings = { epochs: 60, dimension, hidden: 8, seed: 1 };
    const outcome = () => {
      const run = train(objective, { features, labels, width, classes: 4 }, settings);
      let at = run.next();
      while (!at.done) at = run.next();
      return at.value;
    };
    const { losses: course, embed } = outcome();
    const mean = (list: readonly number[]) => list.reduce((sum, v) => sum + v, 0) / list.length;
    // Semi-hard averages over what is semi-hard at the moment, and active-only over what is active: neither need fall.
    if (!["semiHardTripletLoss", "batchAllTripletLoss"].includes(objective.spec.name))
      expect(mean(course.slice(-10))).toBeLessThan(mean(course.slice(0, 10)));
    const embedded = embed(features);
    for (let i = 0; i < embedded.length; i += dimension)
      expect(Math.hypot(...embedded.subarray(i, i + dimension))).toBeCloseTo(1, 5);
    expect(outcome().losses).toEqual(course);
  });
});

it("every embedding loss that takes vectors can be trained on", () => {
  const family = losses.filter(({ spec }) => spec.family === "embedding").map(({ spec }) => spec.name);
  const known = objectives.map(({ spec }) => spec.name);
  // These two take similarities and scores, not embeddings.
  expect(family.filter((name) => !known.includes(name)).sort()).toEqual(["circleLoss", "marginRankingLoss"]);
});

it("losses of the user's own are handed what their arguments say", () => {
  for (const { spec } of objectives.filter(({ spec: { arguments: specs } }) =>
    specs.every(({ shape }) => /^N/.test(shape)),
  )) {
    const loss = findLoss(spec.name);
    const own = Object.assign((...args: unknown[]) => loss(...args), { ...loss, from: "./own.js", combined: false });
    const [ready] = chooseObjectives([spec.name], 4) as [Objective];
    // Where the package's objective sets options, the user's loss has its defaults.
    if (spec.name !== ready.name) continue;
    if (spec.arguments.at(-1)?.kind === "state") expect(() => ownObjective(own)).toThrow("memory (state)");
    else {
      const [a, b] = [ready, ownObjective(own)].map((objective) => {
        const gradient = new Float32Array(labels.length * dimension);
        const session = objective.start({ classes: 4, dimension, random: seededRandom(7) });
        return [session.evaluate(batch(1), gradient), ...gradient];
      });
      expect.soft(b, spec.name).toEqual(a);
    }
  }
});

it("losses are found by any of their names, and all of them by all", () => {
  expect(chooseObjectives(["batchHardTriplet", "TriHard loss"], 3).map(({ spec }) => spec.name)).toEqual([
    "batchHardTripletLoss",
  ]);
  expect(chooseObjectives(["all"], 3)).toHaveLength(objectives.length);
  expect(chooseObjectives(["all"], 2).map(({ spec }) => spec.name)).not.toContain("quadrupletLoss");
  expect(() => chooseObjectives(["quadruplet"], 2)).toThrow("quadrupletLoss needs 3 classes or more, the target has 2");
  expect(() => chooseObjectives(["huberLoss"], 3)).toThrow(/huberLoss cannot be trained on embeddings and labels/);
  expect(() => chooseObjectives(["tripeltLoss"], 3)).toThrow("did you mean tripletLoss?");
});

it("batches hold several rows of each of their classes, and tuples are what they are called", () => {
  const many = Int32Array.from({ length: 200 }, (_, i) => i % 40);
  const sampler = batchSampler(many, 40, seededRandom(1));
  const { rows, labels: own } = sampler.draw();
  expect(new Set(own).size).toBe(16);
  expect(new Set(rows).size).toBe(rows.length);
  for (const [i, row] of rows.entries()) expect(many[row]).toBe(own[i]);
  for (const label of new Set(own)) expect(own.filter((other) => other === label)).toHaveLength(4);
  const { columns } = drawTuples(own, 4, seededRandom(2));
  const [a, p, n, q] = columns as [Int32Array, Int32Array, Int32Array, Int32Array];
  for (const i of a.keys()) {
    const at = (column: Int32Array) => own[column[i] as number] as number;
    expect(p[i]).not.toBe(a[i]);
    expect(at(p)).toBe(at(a));
    expect(new Set([at(a), at(n), at(q)]).size).toBe(3);
  }
  const pairs = drawPairs(own, seededRandom(3));
  const [first, second] = pairs.columns as [Int32Array, Int32Array];
  for (const [i, different] of pairs.different.entries())
    expect(own[first[i] as number] !== own[second[i] as number]).toBe(different === 1);
  const rounds = pairRounds(own);
  expect(rounds).toHaveLength(2);
  for (const round of rounds) {
    const classesOf = (side: Int32Array) => Array.from(side, (at) => own[at]);
    expect(classesOf(round.first)).toEqual(classesOf(round.second));
    expect(new Set(classesOf(round.first)).size).toBe(round.first.length);
  }
});
