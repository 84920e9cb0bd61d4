/** Figures of the nineteen-state walk. */

import { linePlot } from "../../report/lines.ts";
import type { Figure } from "../experiment.ts";
import type { LongWalkData } from "../longWalk.ts";
import { rampColour } from "./style.ts";

const hints = {
  "TD(λ)": "As figure 12.6: learning on the way, with accumulating traces.",
  "off-line λ-return": "As figure 12.3: learning at the end of each episode.",
} as const;

export const longWalkFigures = ({ curves }: LongWalkData): Figure[] =>
  (["TD(λ)", "off-line λ-return"] as const).map((method) => {
    const lines = curves
      .filter((curve) => curve.method === method)
      .map(({ lambda, points, lowest }, i) => ({
        name: `λ = ${lambda}`,
        colour: rampColour(i),
        points: points.map(({ stepSize, error }) => ({ x: stepSize, y: error })),
        labelled: { x: lowest.stepSize, y: lowest.error },
      }));
    return {
      title: method,
      hint: `${hints[method]} Each line's name stands at its lowest point.`,
      plot: linePlot(
        `RMS error of ${method} against the step size`,
        lines,
        { label: "step size α", domain: [0, 1] },
        { label: "RMS error, first 10 episodes", domain: [0.22, 0.55] },
      ),
    };
  });
