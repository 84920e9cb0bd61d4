/** The best of each column, and which differences are called larger than the noise. */
import { expect, it } from "vitest";
import { candidates } from "../../src/cli/compare/candidates.ts";
import { summarise } from "../../src/cli/compare/comparison.ts";
import { digitsOf, formatted } from "../../src/cli/compare/format.ts";
import { capNotes, method, verdict } from "../../src/cli/compare/verdict.ts";

/** An outcome whose losses have these mean absolute errors by fold, and the same of everything else. */
function outcomeOf(errors: readonly (readonly number[])[], baseline: readonly number[] = [90, 91, 89, 90, 92]) {
  const scoresOf = (folds: readonly number[]) =>
    folds.map((mae) => ({ mae, rmse: 1, "pinball0.1": 1, "pinball0.5": 1, "pinball0.9": 1 }));
  const results = errors.map((folds, i) => ({
    candidate: candidates.regression[i] as (typeof candidates.regression)[number],
    twin: null,
    scores: scoresOf(folds),
    epochs: folds.map((_, fold) => 10 + fold),
    curves: folds.map(() => [1]),
    seconds: 1,
  }));
  const baselines = [{ name: "median of the targets", scores: scoresOf(baseline) }];
  return { results, baselines, mostEpochs: 200, trainRows: 80, testRows: 20 };
}

const standings = (errors: readonly (readonly number[])[]) =>
  summarise(outcomeOf(errors), "regression").rows.map(({ candidate, cells }) => [candidate.name, cells.mae?.standing]);

const level = [10.2, 10.9, 9.6, 10.1, 10.3];
const best = [10, 11, 9, 10, 10.5];
const worse = best.map((value, fold) => value + 1 + fold / 100);

it("sorts by the first metric and tells what is worse from what is not", () => {
  expect(standings([worse, level, best])).toEqual([
    ["huberLoss", "best"],
    ["l1Loss", "level"],
    ["l2Loss", "worse"],
  ]);
});

it("equal means are both best, and a loss that diverged is last", () => {
  expect(standings([[Number.NaN, 1, 1, 1, 1], best, best])).toEqual([
    ["l1Loss", "best"],
    ["huberLoss", "best"],
    ["l2Loss", "worse"],
  ]);
});

it("says it in a sentence a metric", () => {
  const say = (errors: readonly (readonly number[])[]) => verdict(summarise(outcomeOf(errors), "regression"))[0];
  expect(say([worse, level, best])).toBe(
    "By mean absolute error, huberLoss is best (10.10); l2Loss is worse by more than the noise of the folds, the others are not.",
  );
  expect(say([level, best])).toBe(
    "By mean absolute error, l1Loss is best (10.10), but no loss is worse by more than the noise of the folds.",
  );
  expect(say([worse, best])).toBe(
    "By mean absolute error, l1Loss is best (10.10); all others are worse by more than the noise of the folds.",
  );
  expect(say([best])).toBe("By mean absolute error, l2Loss is best (10.10).");
});

it("columns show two figures of their typical deviation", () => {
  expect([digitsOf([0.012, 0.011]), digitsOf([4.9]), digitsOf([120]), digitsOf([0, 0])]).toEqual([3, 1, 0, 3]);
  expect([formatted(45.123, 1), formatted(2e12, 0)]).toEqual(["45.1", "2.000e+12"]);
});

it("a baseline is never the best, and what does no better than it learnt nothing", () => {
  const say = (baseline: readonly number[]) => {
    const comparison = summarise(outcomeOf([worse, best], baseline), "regression");
    return { last: verdict(comparison).at(-1), standing: comparison.baselines[0]?.cells.mae?.standing };
  };
  expect(say(worse)).toEqual({ last: expect.stringMatching(/^By root mean squared error/), standing: "worse" });
  const nothing =
    /^By mean absolute error, nothing was learnt that counts: without any feature one gets .* \(median of the targets\), within the noise of the best\.$/;
  expect(say(level)).toEqual({ last: expect.stringMatching(nothing), standing: "level" });
  expect(say(best.map((value) => value - 3))).toEqual({ last: expect.stringMatching(nothing), standing: "level" });
});

it("says how the epochs came about", () => {
  const comparison = summarise(outcomeOf([worse, best]), "regression");
  expect(method(comparison, 5, 200)).toMatch(/by an inner split of the training rows: 10 to 14 of at most 200\. Noise/);
  expect(method(comparison, 5, null)).toMatch(/^Every loss was trained for 14 epochs, as asked; another number may/);
});

it("says where the cap of the epochs was met in most folds", () => {
  const outcome = outcomeOf([worse, best]);
  const results = outcome.results.map((result, i) => ({
    ...result,
    epochs: i === 0 ? [400, 400, 400, 100, 200] : [400, 400, 25, 100, 200],
  }));
  const some = summarise({ ...outcome, results }, "regression");
  const [l2, l1] = results.map(({ candidate }) => candidate.name);
  expect(method(some, 5, 400)).toContain(
    "25 to 400 of at most 400. In most folds, training stopped at the cap of 400 epochs for 1 of 2 losses; --epochs takes more, which may favour another loss. Noise",
  );
  expect(capNotes(some, 400)).toEqual([
    `in most folds, training stopped at the cap of 400 epochs: ${l2}; --epochs takes more`,
  ]);
  expect(capNotes(some, 400).join()).not.toContain(l1);
  expect([capNotes(some, 800), capNotes(some, null)]).toEqual([[], []]);
  const all = results.map((result) => ({ ...result, epochs: [400, 400, 400, 400, 400] }));
  expect(method(summarise({ ...outcome, results: all }, "regression"), 5, 400)).toContain(
    "training stopped at the cap of 400 epochs; --epochs takes more",
  );
});
