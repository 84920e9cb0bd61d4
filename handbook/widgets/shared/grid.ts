/** A small grid of cells to paint: which cells, how they are drawn, and how a stroke changes them. Cells count from the top left. */
import * as Plot from "@observablehq/plot";
import { colour, type Paint, type Text, type View } from "../../kit/widget.ts";

export const SIDE = 12;
export const CELLS = SIDE * SIDE;

export const cells = Array.from({ length: CELLS }, (_, i) => i);
const column = (cell: number) => cell % SIDE;
const row = (cell: number) => Math.floor(cell / SIDE);

/** A mask as the package takes it: [1, 1, cells] of 0 and 1. */
export const mask = (painted: readonly number[]): number[][][] => {
  const inside = new Set(painted);
  return [[cells.map((cell) => Number(inside.has(cell)))]];
};

/** The same in copied code. */
export const maskCode = `const mask = (painted: number[]) => [[Array.from({ length: ${CELLS} }, (_, i) => Number(painted.includes(i)))]];`;

/** Objects to be found, by name. */
export const objects: Readonly<Record<string, readonly number[]>> = {
  pixel: [5 * SIDE + 6],
  square: [4, 5].flatMap((r) => [5, 6].map((c) => r * SIDE + c)),
  disc: cells.filter((cell) => (column(cell) - 5.5) ** 2 + (row(cell) - 5.5) ** 2 < 14),
  line: Array.from({ length: 8 }, (_, i) => (2 + i) * SIDE + 3 + Math.floor(i / 2)),
  empty: [],
};

export const objectChoices: readonly { value: string; label: Text }[] = [
  { value: "pixel", label: { en: "one pixel", zh: "一个像素" } },
  { value: "square", label: { en: "four pixels", zh: "四个像素" } },
  { value: "line", label: { en: "a thin line", zh: "一条细线" } },
  { value: "disc", label: { en: "a disc", zh: "一个圆盘" } },
  { value: "empty", label: { en: "none", zh: "没有" } },
];

/** The cells of `list` with one set or cleared. */
export const withCell = (list: readonly number[], cell: number, set: boolean): number[] =>
  set ? [...new Set([...list, cell])].sort((a, b) => a - b) : list.filter((other) => other !== cell);

/** The cell at a point of the plot, whose y runs upwards. */
export function cellAt(x: number, y: number): number | null {
  const [c, r] = [Math.floor(x), SIDE - 1 - Math.floor(y)];
  return c >= 0 && c < SIDE && r >= 0 && r < SIDE ? r * SIDE + c : null;
}

/** Strokes that set cells, or clear them where they began on one that was set; `erasing` remembers which. */
export function paint<S extends { painted: readonly number[]; erasing: boolean }>(state: S, label: Text): Paint<S> {
  return {
    label,
    columns: SIDE,
    rows: SIDE,
    centre: (c, r) => ({ x: c + 0.5, y: SIDE - r - 0.5 }),
    touch(x, y, first) {
      const cell = cellAt(x, y);
      if (cell === null) return state;
      const erasing = first ? state.painted.includes(cell) : state.erasing;
      return { ...state, erasing, painted: withCell(state.painted, cell, !erasing) };
    },
  };
}

const sides = (cell: number) => ({
  x1: column(cell),
  x2: column(cell) + 1,
  y1: SIDE - 1 - row(cell),
  y2: SIDE - row(cell),
});
export const middle = (cell: number) => ({ x: column(cell) + 0.5, y: SIDE - row(cell) - 0.5 });

/** Filled squares. */
export const squares = (list: readonly number[], options: Plot.RectOptions): Plot.Rect =>
  Plot.rect(list.map(sides), { x1: "x1", x2: "x2", y1: "y1", y2: "y2", inset: 0.75, ...options } as Plot.RectOptions);

/** The predicted mask filled, the true one framed: what they share is a filled frame. */
export const bothMasks = (predicted: readonly number[], target: readonly number[]): Plot.Markish[] => [
  squares(predicted, { fill: colour.prediction, fillOpacity: 0.55 }),
  squares(target, { fill: "none", stroke: colour.target, strokeWidth: 2.5 }),
];

/** A plot of the grid alone. */
export const drawGrid = (view: Pick<View<unknown, unknown>, "plot">, marks: Plot.Markish[]): SVGSVGElement =>
  view.plot({
    x: { axis: null, domain: [0, SIDE] },
    y: { axis: null, domain: [0, SIDE] },
    margin: 10,
    marks: [
      Plot.gridX(
        Array.from({ length: SIDE + 1 }, (_, i) => i),
        { strokeOpacity: 0.15 },
      ),
      Plot.gridY(
        Array.from({ length: SIDE + 1 }, (_, i) => i),
        { strokeOpacity: 0.15 },
      ),
      ...marks,
    ],
  });
