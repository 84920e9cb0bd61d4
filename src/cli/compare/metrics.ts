/** Scores of predictions on held-out rows, in f64. */

export interface Metric {
  readonly key: string;
  readonly title: string;
  /** The title in a narrow column. */
  readonly short: string;
  readonly better: "higher" | "lower";
  readonly doc: string;
  /** Of the probabilities before the calibration: shown beside the others. */
  readonly raw?: boolean;
}

export type Scores = Readonly<Record<string, number>>;

const BINS = 15;

/** A probability of 0 for the true class would make the log loss of the whole fold infinite. */
const LEAST = 1e-15;

export const classificationMetrics: readonly Metric[] = [
  { key: "accuracy", title: "Accuracy", short: "accuracy", better: "higher", doc: "share of rows classified right" },
  {
    key: "macroF1",
    title: "Macro F1",
    short: "macro-F1",
    better: "higher",
    doc: "mean over classes of the harmonic mean of precision and recall",
  },
  {
    key: "calibrationError",
    title: "Expected calibration error",
    short: "ECE",
    better: "lower",
    doc: `gap between confidence and accuracy, in ${BINS} bins of confidence, after the calibration every loss gets`,
  },
  {
    key: "logLoss",
    title: "Calibrated log loss",
    short: "log loss",
    better: "lower",
    doc: `mean −ln of the true class's probability (at least ${LEAST}), after the calibration every loss gets`,
  },
  {
    key: "rawCalibrationError",
    title: "Raw expected calibration error",
    short: "raw ECE",
    better: "lower",
    doc: "the same before the calibration",
    raw: true,
  },
  {
    key: "rawLogLoss",
    title: "Raw log loss",
    short: "raw log loss",
    better: "lower",
    doc: "the same before the calibration",
    raw: true,
  },
];

export const regressionMetrics: readonly Metric[] = [
  { key: "mae", title: "Mean absolute error", short: "MAE", better: "lower", doc: "mean |error|" },
  { key: "rmse", title: "Root mean squared error", short: "RMSE", better: "lower", doc: "root of the mean error²" },
  ...[0.1, 0.5, 0.9].map(
    (level): Metric => ({
      key: `pinball${level}`,
      title: `Pinball loss at ${level}`,
      short: `pinball ${level}`,
      better: "lower",
      doc: `quantile loss of the prediction taken as the ${level} quantile`,
    }),
  ),
];

/** The class of highest probability in each row; of equal ones the first. */
export function classify(scores: Float32Array | Float64Array, classes: number): Int32Array {
  const chosen = new Int32Array(scores.length / classes);
  for (let row = 0; row < chosen.length; row++) {
    let best = 0;
    for (let c = 1; c < classes; c++)
      if ((scores[row * classes + c] as number) > (scores[row * classes + best] as number)) best = c;
    chosen[row] = best;
  }
  return chosen;
}

export function accuracy(chosen: Int32Array, labels: Int32Array): number {
  let right = 0;
  for (let i = 0; i < labels.length; i++) if (chosen[i] === labels[i]) right++;
  return right / labels.length;
}

/** Mean F1 over the classes that occur among the labels or the predictions. */
export function macroF1(chosen: Int32Array, labels: Int32Array, classes: number): number {
  let sum = 0;
  let present = 0;
  for (let c = 0; c < classes; c++) {
    let hits = 0;
    let mentions = 0;
    for (let i = 0; i < labels.length; i++) {
      const [said, is] = [chosen[i] === c, labels[i] === c];
      if (said && is) hits++;
      mentions += Number(said) + Number(is);
    }
    if (mentions === 0) continue;
    sum += (2 * hits) / mentions;
    present++;
  }
  return sum / present;
}

/** Σ over bins of equal width (bin share) · |accuracy − mean confidence|, by the chosen class's probability. */
export function calibrationError(probabilities: Float64Array, labels: Int32Array, classes: number): number {
  const gaps = new Float64Array(BINS);
  const chosen = classify(probabilities, classes);
  for (let i = 0; i < labels.length; i++) {
    const confidence = probabilities[i * classes + (chosen[i] as number)] as number;
    const bin = Math.min(BINS - 1, Math.max(0, Math.ceil(confidence * BINS) - 1));
    gaps[bin] = (gaps[bin] as number) + Number(chosen[i] === labels[i]) - confidence;
  }
  return gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / labels.length;
}

export function logLoss(probabilities: Float64Array, labels: Int32Array, classes: number): number {
  let sum = 0;
  for (let i = 0; i < labels.length; i++)
    sum -= Math.log(Math.max(LEAST, probabilities[i * classes + (labels[i] as number)] as number));
  return sum / labels.length;
}

/** Scores of probabilities, and of those before the calibration, which leaves the order of the classes as it is. */
export function classificationScores(
  calibrated: Float64Array,
  raw: Float64Array,
  labels: Int32Array,
  classes: number,
): Scores {
  const chosen = classify(raw, classes);
  return {
    accuracy: accuracy(chosen, labels),
    macroF1: macroF1(chosen, labels, classes),
    calibrationError: calibrationError(calibrated, labels, classes),
    logLoss: logLoss(calibrated, labels, classes),
    rawCalibrationError: calibrationError(raw, labels, classes),
    rawLogLoss: logLoss(raw, labels, classes),
  };
}

/** Mean over rows of a function of the error, target − prediction. */
function meanOf(predictions: Float64Array, targets: Float64Array, of: (error: number) => number): number {
  let sum = 0;
  for (let i = 0; i < targets.length; i++) sum += of((targets[i] as number) - (predictions[i] as number));
  return sum / targets.length;
}

export const meanAbsoluteError = (predictions: Float64Array, targets: Float64Array): number =>
  meanOf(predictions, targets, Math.abs);

export function regressionScores(predictions: Float64Array, targets: Float64Array): Scores {
  const pinball = (level: number) =>
    meanOf(predictions, targets, (error) => Math.max(level * error, (level - 1) * error));
  return {
    mae: meanAbsoluteError(predictions, targets),
    rmse: Math.sqrt(meanOf(predictions, targets, (error) => error * error)),
    "pinball0.1": pinball(0.1),
    "pinball0.5": pinball(0.5),
    "pinball0.9": pinball(0.9),
  };
}
