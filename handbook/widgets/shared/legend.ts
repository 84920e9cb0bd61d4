/** A key of lines, as large on a phone as on a desk. */
import * as Plot from "@observablehq/plot";

export interface Entry {
  readonly name: string;
  readonly style: Plot.LineOptions;
}

type Domain = readonly [number, number];

/** What a pixel is worth in a plot's units, the axes' room taken off. */
export const perPixel = (size: { width: number; height: number }, x: Domain, y: Domain) => ({
  x: (x[1] - x[0]) / (size.width - 60),
  y: (y[1] - y[0]) / (size.height - 60),
});

/** One row an entry, downwards from (x, y). */
export const legend = (
  entries: readonly Entry[],
  x: number,
  y: number,
  pixel: { readonly x: number; readonly y: number },
): Plot.Markish[] =>
  entries.flatMap(({ name, style }, i) => {
    const row = y - 15 * i * pixel.y;
    const sample = [x, x + 26 * pixel.x].map((at) => ({ x: at, y: row }));
    return [
      Plot.line(sample, { x: "x", y: "y", ...style }),
      Plot.text([name], { x: x + 32 * pixel.x, y: row, textAnchor: "start" }),
    ];
  });
