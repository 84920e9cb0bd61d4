/** Straight lines through points, best under a loss of the package. */
import type { Tensor } from "lossary";

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Line {
  readonly intercept: number;
  readonly slope: number;
}

export const along = ({ intercept, slope }: Line, points: readonly Point[]): number[] =>
  points.map(({ x }) => intercept + slope * x);

/** The best line under a loss made of straight pieces: one of those through two points. */
export function bestThroughTwo(
  points: readonly Point[],
  cost: (predictions: number[], targets: number[]) => number,
): Line {
  const targets = points.map(({ y }) => y);
  let best: Line = { intercept: targets[0] ?? 0, slope: 0 };
  let least = cost(along(best, points), targets);
  points.forEach((p, i) => {
    for (const q of points.slice(i + 1)) {
      if (p.x === q.x) continue;
      const slope = (q.y - p.y) / (q.x - p.x);
      const line = { slope, intercept: p.y - slope * p.x };
      const here = cost(along(line, points), targets);
      if (here < least - 1e-12) {
        least = here;
        best = line;
      }
    }
  });
  return best;
}

type Gradient = (predictions: number[], targets: number[]) => { grads: { predictions: Pick<Tensor, "data"> } };

/** The best line under a smooth loss: least squares, weighted anew by the loss's gradient over the residual. */
export function bestSmooth(points: readonly Point[], gradient: Gradient): Line {
  const targets = points.map(({ y }) => y);
  let line = leastSquares(
    points,
    targets.map(() => 1),
  );
  for (let turn = 0; turn < 200; turn++) {
    // A residual of 0 has the weight of a small one.
    const predictions = along(line, points).map((f, i) => (f === targets[i] ? f + 1e-9 : f));
    const { data } = gradient(predictions, targets).grads.predictions;
    const next = leastSquares(
      points,
      predictions.map((f, i) => (data[i] as number) / (f - (targets[i] as number))),
    );
    const moved = Math.abs(next.slope - line.slope) + Math.abs(next.intercept - line.intercept);
    line = next;
    if (moved < 1e-10) break;
  }
  return line;
}

function leastSquares(points: readonly Point[], weights: readonly number[]): Line {
  const mean = (of: (point: Point) => number) =>
    points.reduce((sum, point, i) => sum + (weights[i] as number) * of(point), 0) / weights.reduce((a, b) => a + b, 0);
  const [x, y] = [mean((p) => p.x), mean((p) => p.y)];
  const spread = mean((p) => (p.x - x) ** 2);
  const slope = spread === 0 ? 0 : mean((p) => (p.x - x) * (p.y - y)) / spread;
  return { slope, intercept: y - slope * x };
}
