/** The principal plane, against variances known by construction. */
import { expect, it } from "vitest";
import { frameOf, principalPlane } from "../../src/cli/embed/picture.ts";
import { seededRandom } from "../../src/random.ts";

it("finds the two directions of most variance, whatever the offset", () => {
  const random = seededRandom(5);
  // Orthonormal directions in four dimensions, with deviations 5, 2 and 0.1 along them.
  const [u, v, w] = [
    [0.5, 0.5, 0.5, 0.5],
    [0.5, -0.5, 0.5, -0.5],
    [0.5, 0.5, -0.5, -0.5],
  ] as const;
  const parts = Array.from({ length: 300 }, () => [5 * random.normal(), 2 * random.normal(), 0.1 * random.normal()]);
  const x = Float32Array.from(
    parts.flatMap(([a, b, c]) =>
      [0, 1, 2, 3].map(
        (k) =>
          100 + (a as number) * (u[k] as number) + (b as number) * (v[k] as number) + (c as number) * (w[k] as number),
      ),
    ),
  );
  const points = principalPlane(x, 4);
  const correlation = (a: number[], b: number[]) => {
    const [ma, mb] = [a, b].map((list) => list.reduce((sum, t) => sum + t, 0) / list.length) as [number, number];
    const dot = (p: number[], mp: number, q: number[], mq: number) =>
      p.reduce((sum, t, i) => sum + (t - mp) * ((q[i] as number) - mq), 0);
    return dot(a, ma, b, mb) / Math.sqrt(dot(a, ma, a, ma) * dot(b, mb, b, mb));
  };
  const column = (k: number) => parts.map((row) => row[k] as number);
  const xs = points.map((point) => point.x);
  const ys = points.map((point) => point.y);
  expect(Math.abs(correlation(xs, column(0)))).toBeGreaterThan(0.999);
  expect(Math.abs(correlation(ys, column(1)))).toBeGreaterThan(0.99);
  expect(Math.abs(correlation(xs, ys))).toBeLessThan(1e-6);
  expect(xs.reduce((sum, t) => sum + t, 0) / xs.length).toBeCloseTo(0, 6);
});

it("is 0 where rows are equal, and flat in one dimension", () => {
  expect(principalPlane(Float32Array.of(1, 2, 1, 2), 2)).toEqual([
    { x: 0, y: 0 },
    { x: 0, y: 0 },
  ]);
  const line = principalPlane(Float32Array.of(1, 2, 4), 1);
  expect(line.map(({ y }) => y)).toEqual([0, 0, 0]);
  expect(line[2]?.x).toBeCloseTo(4 - 7 / 3, 12);
});

it("a single odd row turns no direction and sets no frame", () => {
  const random = seededRandom(6);
  const rows = Array.from({ length: 200 }, () => [3 * random.normal(), random.normal(), 0.1 * random.normal()]);
  rows.push([0, 0, 500]);
  const points = principalPlane(Float32Array.from(rows.flat()), 3);
  const spread = (key: "x" | "y") =>
    Math.sqrt(points.slice(0, 200).reduce((sum, point) => sum + point[key] ** 2, 0) / 200);
  expect(Math.abs(spread("x") - 3)).toBeLessThan(0.4);
  expect(Math.abs(spread("y") - 1)).toBeLessThan(0.2);
  const { x, y } = frameOf([...points, { x: 900, y: -900 }]);
  expect([x[1] < 20, y[0] > -20, x[1] - x[0]]).toEqual([true, true, expect.closeTo(y[1] - y[0], 9)]);
  // Without odd rows the frame holds every point.
  const even = frameOf([0, 1, 2, 3].map((i) => ({ x: i, y: -i })));
  expect(even.x[0]).toBeLessThan(0);
  expect(even.x[1]).toBeGreaterThan(3);
});
