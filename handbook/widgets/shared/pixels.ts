/** Small images to paint: lists of 0 and 1, row by row. */
import * as Plot from "@observablehq/plot";
import { colour, type Figure, type Paint, type State, type Text } from "../../kit/widget.ts";

/** A square image's options: cells as units, the first row on top. */
export const imageOf = (side: number, title: string): Plot.PlotOptions => ({
  margin: 6,
  marginTop: 24,
  x: { domain: [0, side], axis: null },
  y: { domain: [side, 0], axis: null },
  marks: [
    Plot.frame({ stroke: colour.quiet }),
    Plot.text([title], { frameAnchor: "top", dy: -16, fill: "currentColor" }),
  ],
});

/** The image's cells, as dark as they are painted. */
export const cells = (side: number, image: ArrayLike<number>, fill: string): Plot.Markish =>
  Plot.rect(Array.from(image), {
    x1: (_: number, i: number) => i % side,
    x2: (_: number, i: number) => (i % side) + 1,
    y1: (_: number, i: number) => Math.floor(i / side),
    y2: (_: number, i: number) => Math.floor(i / side) + 1,
    fill,
    fillOpacity: (value: number) => Math.min(value, 1),
    stroke: colour.quiet,
    strokeOpacity: 0.3,
  });

/** Painting: a stroke sets cells or clears them, as its first cell decides; `brush` remembers which. */
export function painting<S>(
  side: number,
  image: readonly number[],
  brush: number,
  label: Text,
  set: (image: readonly number[], brush: number) => S,
): Paint<S> {
  const within = (value: number) => Math.min(Math.max(Math.floor(value), 0), side - 1);
  return {
    label,
    columns: side,
    rows: side,
    centre: (column, row) => ({ x: column + 0.5, y: row + 0.5 }),
    touch(x, y, first) {
      const cell = within(y) * side + within(x);
      const value = first ? 1 - (image[cell] as number) : brush;
      return set(
        image.map((own, i) => (i === cell ? value : own)),
        value,
      );
    },
  };
}

/** A pair of images, and whether the brush sets or clears. */
export interface Pair extends State {
  readonly a: readonly number[];
  readonly b: readonly number[];
  readonly brush: number;
}

/** The figure of one of the pair, to paint on. */
export function imageFigure<S extends Pair>(side: number, which: "a" | "b"): Figure<S, unknown> {
  const name = which === "a" ? { en: "first image", zh: "第一幅" } : { en: "second image", zh: "第二幅" };
  return {
    ratio: 1,
    label(state) {
      const count = state[which].filter(Boolean).length;
      return {
        en: `The ${name.en}, ${side} × ${side} pixels, ${count} of them dark.`,
        zh: `${name.zh}，${side} × ${side}像素，其中${count}个是深的。`,
      };
    },
    draw({ state, language, plot }) {
      const { marks = [], ...options } = imageOf(side, name[language]);
      return plot({ ...options, marks: [cells(side, state[which], colour.prediction), ...marks] });
    },
    paint: (state) =>
      painting(
        side,
        state[which],
        state.brush,
        { en: `${name.en}: arrows walk, Space paints`, zh: `${name.zh}：方向键移动，空格涂画` },
        (image, brush) => ({ ...state, [which]: image, brush }),
      ),
  };
}
