/** The nineteen-state random walk: TD(λ) against the off-line λ-return algorithm. */
import { randomWalk } from "../../losses/reinforcement/td/randomWalk.ts";
import { tdLambda } from "../../losses/reinforcement/td/tdLambda.ts";
import { coin, type Experiment, type Finding, rootMeanSquare, type Settings, seedOf, type Tick } from "./experiment.ts";
import { learnOffline } from "./offline.ts";

export interface LambdaPoint {
  readonly stepSize: number;
  readonly error: number;
}

export interface LambdaCurve {
  readonly method: "TD(λ)" | "off-line λ-return";
  readonly lambda: number;
  /** The RMS error over states at the ends of the first ten episodes, averaged over them and over runs. */
  readonly points: readonly LambdaPoint[];
  /** The lowest of the points. */
  readonly lowest: LambdaPoint;
}

export interface LongWalkData {
  readonly truth: readonly number[];
  readonly curves: readonly LambdaCurve[];
}

const STATES = 19;
const EPISODES = 10;
const truth = Array.from({ length: STATES }, (_, s) => (2 * (s + 1)) / (STATES + 1) - 1);
const initial = truth.map(() => 0);
const environment = randomWalk(STATES, { left: -1 });

const LAMBDAS = [0, 0.4, 0.8, 0.9, 0.95, 0.975, 0.99, 1];
/** Close together where long returns have their best. */
const STEP_SIZES = [
  ...Array.from({ length: 10 }, (_, i) => (i + 1) / 100),
  ...[0.125, 0.15, 0.175],
  ...Array.from({ length: 17 }, (_, i) => (i + 4) / 20),
];
const METHODS = ["TD(λ)", "off-line λ-return"] as const;

/** The error averaged over the episodes of one run. Where learning diverges it is huge, or NaN. */
function runError(method: LambdaCurve["method"], lambda: number, stepSize: number, seed: number): number {
  let sum = 0;
  const onEpisode = ({ values }: { readonly values: Float64Array }) => {
    sum += rootMeanSquare(values, truth);
  };
  const options = { environment, policy: coin, stepSize, lambda, episodes: EPISODES, initial, seed, onEpisode };
  if (method === "TD(λ)") tdLambda(options);
  else learnOffline(options);
  return sum / EPISODES;
}

async function measure(settings: Settings, tick: Tick): Promise<LongWalkData> {
  const curves = METHODS.flatMap((method) =>
    LAMBDAS.map((lambda) => ({ method, lambda, points: STEP_SIZES.map((stepSize) => ({ stepSize, error: 0 })) })),
  );
  for (let run = 0; run < settings.runs; run++)
    for (const { method, lambda, points } of curves) {
      for (const point of points)
        point.error += runError(method, lambda, point.stepSize, seedOf(settings, run)) / settings.runs;
      await tick();
    }
  return { truth, curves: curves.map((curve) => ({ ...curve, lowest: lowestOf(curve.points) })) };
}

/** A diverged point, huge or NaN, is not lower than any. */
const lowestOf = (points: readonly LambdaPoint[]) =>
  points.reduce((best, point) => (point.error < best.error ? point : best));

/** The curve whose lowest point is lowest. */
function best(curves: readonly LambdaCurve[], method: LambdaCurve["method"]) {
  const own = curves.filter((curve) => curve.method === method);
  const curve = own.reduce((a, b) => (b.lowest.error < a.lowest.error ? b : a));
  return { lambda: curve.lambda, ...curve.lowest };
}

function findings({ curves }: LongWalkData): Finding[] {
  const bests = METHODS.map((method) => best(curves, method));
  const at = (method: LambdaCurve["method"], lambda: number) =>
    curves.find((curve) => curve.method === method && curve.lambda === lambda) as LambdaCurve;
  const ends = ([0, 1] as const).map((lambda) => at("TD(λ)", lambda).lowest.error);
  const [td, offline] = METHODS.map((method) => at(method, 0.8).points.at(-1)?.error ?? Number.NaN) as [number, number];
  const gap = Math.abs((bests[0]?.error as number) - (bests[1]?.error as number));
  return [
    ...METHODS.map((method, i) => {
      const { lambda, stepSize, error } = bests[i] as ReturnType<typeof best>;
      return {
        book: `Figure ${i === 0 ? "12.6" : "12.3"}: ${method} does best with λ between its ends, near 0.8, with an RMS error of about 0.25 to 0.3.`,
        measured: `lowest at λ = ${lambda}, α = ${stepSize}: ${error.toFixed(3)}`,
        agrees: lambda >= 0.4 && lambda <= 0.9 && error > 0.22 && error < 0.3,
      };
    }),
    {
      book: "Both ends are worse: TD(0), and still more λ = 1, Monte Carlo.",
      measured: `lowest points of TD(λ): ${ends[0]?.toFixed(3)} with λ = 0, ${ends[1]?.toFixed(3)} with λ = 1`,
      agrees: (ends[0] as number) > (bests[0]?.error as number) && (ends[1] as number) > (ends[0] as number),
    },
    {
      book: "At their best step sizes the two do about equally well; with larger ones TD(λ) is the worse.",
      measured: `lowest points ${gap.toFixed(3)} apart; λ = 0.8, α = 1: TD(λ) ${td.toFixed(3)}, off-line ${offline.toFixed(3)}`,
      agrees: gap < 0.03 && td > offline,
    },
  ];
}

export const longWalkExperiment: Experiment<LongWalkData> = {
  name: "random-walk-19",
  title: "Random walk of nineteen states",
  place: "Example 7.1, figures 12.3 and 12.6",
  setting:
    "Nineteen states, −1 for leaving on the left and 1 on the right. Values begin at 0, nothing is discounted; the true ones are −0.9 to 0.9. The error is the mean over the ends of the first ten episodes.",
  ticks: METHODS.length * LAMBDAS.length,
  measure,
  findings,
  table: ({ curves }) => [
    ["λ", ...METHODS.flatMap((method) => [`${method}: RMS error`, "at α"])],
    ...LAMBDAS.map((lambda) => [
      String(lambda),
      ...curves
        .filter((curve) => curve.lambda === lambda)
        .flatMap(({ lowest }) => [lowest.error.toFixed(3), String(lowest.stepSize)]),
    ]),
  ],
};
