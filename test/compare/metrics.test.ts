/** Scores against numbers worked out by hand. */
import { expect, it } from "vitest";
import {
  accuracy,
  calibrationError,
  classificationScores,
  classify,
  logLoss,
  macroF1,
  regressionScores,
} from "../../src/cli/compare/metrics.ts";
import { fitTemperature, sigmoidsOf, softmaxOf } from "../../src/cli/compare/probabilities.ts";

const labels = Int32Array.of(0, 0, 0, 1, 1, 2);
const chosen = Int32Array.of(0, 0, 1, 1, 0, 0);

it("accuracy is the share of rows classified right", () => {
  expect(accuracy(chosen, labels)).toBe(3 / 6);
});

it("macro F1 weighs classes equally, and a class never found counts 0", () => {
  // Class 0: 2 hits among 4 said and 3 there; class 1: 1 among 2 and 2; class 2: none among 0 and 1.
  expect(macroF1(chosen, labels, 3)).toBeCloseTo((4 / 7 + 2 / 4 + 0) / 3, 14);
});

it("macro F1 leaves out a class that is neither there nor said", () => {
  expect(macroF1(Int32Array.of(0, 1), Int32Array.of(0, 1), 3)).toBe(1);
});

it("the first of equally likely classes is chosen", () => {
  expect([...classify(Float64Array.of(0.4, 0.4, 0.2, 0.2, 0.4, 0.4), 3)]).toEqual([0, 1]);
});

it("the calibration error is the bins' gap between confidence and accuracy, weighted by their rows", () => {
  // Bins are 1/15 wide: 0.91 and 0.93 share one (0.867, 0.933], 0.62 and 0.7 are alone in theirs.
  const probabilities = Float64Array.of(0.91, 0.09, 0.07, 0.93, 0.62, 0.38, 0.3, 0.7);
  const gaps = Math.abs(2 - (0.91 + 0.93)) + Math.abs(0 - 0.62) + Math.abs(1 - 0.7);
  expect(calibrationError(probabilities, Int32Array.of(0, 1, 1, 1), 2)).toBeCloseTo(gaps / 4, 14);
});

it("errors of opposite sign in one bin cancel", () => {
  const probabilities = Float64Array.of(0.5, 0.5, 0.5, 0.5);
  expect(calibrationError(probabilities, Int32Array.of(0, 1), 2)).toBeCloseTo(0, 14);
});

it("the log loss is finite for a certain miss", () => {
  expect(logLoss(Float64Array.of(0.25, 0.75), Int32Array.of(0), 2)).toBeCloseTo(Math.log(4), 14);
  expect(logLoss(Float64Array.of(0, 1), Int32Array.of(0), 2)).toBeCloseTo(-Math.log(1e-15), 10);
});

it("classification scores are those of the calibrated probabilities, and of the raw ones", () => {
  const [calibrated, raw] = [Float64Array.of(1, 0, 0, 1), Float64Array.of(0.5, 0.25, 0.25, 0.5)];
  const { rawLogLoss, rawCalibrationError, ...scores } = classificationScores(calibrated, raw, Int32Array.of(0, 1), 2);
  expect(scores).toEqual({ accuracy: 1, macroF1: 1, calibrationError: 0, logLoss: 0 });
  expect(rawLogLoss).toBeCloseTo(Math.log(2), 14);
  expect(rawCalibrationError).toBeCloseTo(0.5, 14);
});

it("regression scores", () => {
  // Errors target − prediction: 2, −1, 0, −3.
  const scores = regressionScores(Float64Array.of(1, 2, 3, 4), Float64Array.of(3, 1, 3, 1));
  expect(scores.mae).toBe(6 / 4);
  expect(scores.rmse).toBeCloseTo(Math.sqrt(14 / 4), 14);
  expect(scores["pinball0.1"]).toBeCloseTo((0.1 * 2 + 0.9 * 4) / 4, 14);
  expect(scores["pinball0.5"]).toBeCloseTo(6 / 8, 14);
  expect(scores["pinball0.9"]).toBeCloseTo((0.9 * 2 + 0.1 * 4) / 4, 14);
});

it("softmax with a temperature, and sigmoids over their sum, at any score", () => {
  expect([...softmaxOf(Float32Array.of(0, 2), 2, 2)][1]).toBeCloseTo(1 / (1 + Math.exp(-1)), 14);
  expect([...softmaxOf(Float32Array.of(3e38, -3e38), 2, 1)]).toEqual([1, 0]);
  expect([...sigmoidsOf(Float32Array.of(0, 0, 0), 3, 1)]).toEqual([1 / 3, 1 / 3, 1 / 3]);
  expect([...sigmoidsOf(Float32Array.of(-3e38, -3e38), 2, 1)]).toEqual([0.5, 0.5]);
});

it("the fitted temperature is the one the labels were made for", () => {
  // Three rows of four agree with a score difference of 1: softmax must give 3/4, so T = 1 / ln 3.
  const scores = Float32Array.of(1, 0, 1, 0, 1, 0, 1, 0);
  expect(fitTemperature(softmaxOf, scores, Int32Array.of(0, 0, 0, 1), 2)).toBeCloseTo(1 / Math.log(3), 3);
  // Of one class against the rest: p / (p + 1/2) = 3/4 for a score of 1 against 0 has p = 3/2, out of reach: the sharpest.
  expect(fitTemperature(sigmoidsOf, scores, Int32Array.of(0, 0, 0, 1), 2)).toBeLessThan(0.2);
});
