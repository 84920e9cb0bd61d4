/** Embeddings on the unit circle, each an angle, pushed along it by their own gradients. */
import { colour, type Handle, literal, type Role, type Text } from "../../kit/widget.ts";
import { type Point, pulls, ring } from "./plane.ts";

export const pointAt = (angle: number): Point => [Math.cos(angle), Math.sin(angle)];
export const pointsAt = (angles: readonly number[]): Point[] => angles.map(pointAt);

/** The way round from one angle to another, within half a turn. */
export const turn = (from: number, to: number): number => Math.atan2(Math.sin(to - from), Math.cos(to - from));

/** How the loss grows with each angle, from its gradient on the points. */
export const slopes = (angles: readonly number[], gradient: ArrayLike<number>): number[] =>
  angles.map(
    (angle, i) => Math.cos(angle) * (gradient[2 * i + 1] as number) - Math.sin(angle) * (gradient[2 * i] as number),
  );

/** A step along the circle, down the slopes; none is longer than a tenth of a radian. */
export const roll = (angles: readonly number[], slope: readonly number[], rate: number): number[] =>
  angles.map((angle, i) => angle - Math.max(Math.min(rate * (slope[i] as number), 0.1), -0.1));

/** Arrows along the circle: where descent would take each point. */
export function pushes(angles: readonly number[], slope: readonly number[], reach: number) {
  const gradient = angles.flatMap((angle, i) => {
    const size = slope[i] as number;
    return [-size * Math.sin(angle), size * Math.cos(angle)];
  });
  return pulls(pointsAt(angles), gradient, { reach, longest: 0.5 });
}

/** The circle itself. */
export const outline = () => ring([0, 0], 1, { stroke: colour.quiet, strokeOpacity: 0.6 });

/** A handle on each point, which stays on the circle. */
export const circleHandles = <S>(
  angles: readonly number[],
  label: (i: number) => Text,
  set: (angles: readonly number[]) => S,
  { role = () => "prediction", id = "angle" }: { role?: (i: number) => Role; id?: string } = {},
): Handle<S>[] =>
  angles.map((angle, i) => ({
    id: `${id}${i}`,
    label: label(i),
    x: Math.cos(angle),
    y: Math.sin(angle),
    axis: "both",
    step: 0.05,
    role: role(i),
    move: (x, y) => set(angles.map((own, k) => (k === i ? Math.atan2(y, x) : own))),
  }));

/** Angles in copied code, turned into points there. */
export const anglesCode = (angles: readonly number[]): string =>
  `[${angles.map((angle) => literal(angle)).join(", ")}].map(at)`;
export const atCode = "const at = (angle: number) => [Math.cos(angle), Math.sin(angle)];";
