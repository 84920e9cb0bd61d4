/** Losses of which no kernel can be made, each with its definition once more on plain numbers. */
import { defineFormula } from "../../src/index.ts";
import { seeded } from "../harness/random.ts";

/** 1 − (2 Σ p t + 1) / (Σ p² + Σ t² + 1) of the whole batch, averaged over the classes: one number. */
export const softDice = defineFormula({
  name: "softDice",
  arguments: { p: "N C ...", t: { shape: "N C ...", differentiable: false } },
  formula: (m, { p, t }) => {
    const both = m.sum(m.mul(p, t), [0, 2]);
    const all = m.add(m.sum(m.square(p), [0, 2]), m.sum(m.square(t), [0, 2]));
    return m.mean(m.sub(1, m.div(m.add(m.mul(both, 2), 1), m.add(all, 1))));
  },
});

/** Of every query its first M keys: −log softmax of cosines over a temperature, where query i belongs to key i. */
export const contrast = defineFormula({
  name: "contrast",
  arguments: { queries: "N D", keys: "M D", places: { shape: "N", kind: "index", classes: "M" } },
  options: { temperature: { default: 0.2, range: "(0, ∞)" } },
  formula: (m, { queries, keys, places }, { temperature }) => {
    const units = m.sub(m.directions(queries), m.mean(m.directions(queries), 0));
    const cosines = m.div(m.matmul(units, m.transpose(m.directions(keys))), temperature);
    return m.surprisal(m.classes(places, m.shapeOf(keys)[0] as number), cosines, 1);
  },
});

/** ‖x − c_y‖², by which the centres move as well. */
export const centres = defineFormula({
  name: "centres",
  arguments: { x: "N D", labels: { shape: "N", kind: "index", classes: "C" }, c: "C D" },
  formula: (m, { x, labels, c }) => {
    const own = m.expand(m.classes(labels, m.shapeOf(c)[0] as number), 2);
    const away = m.square(m.sub(m.expand(x, 1), m.expand(c, 0)));
    return m.sum(m.sumWhere(own, away, 1), 1);
  },
});

/** Of each column the logarithm of its mean square, with a scale per column that is learned. */
export const columns = defineFormula({
  name: "columns",
  arguments: { x: "N C", scale: "C" },
  formula: (m, { x, scale }) => m.log(m.add(m.mean(m.square(m.mul(x, scale)), 0), 0.1)),
});

const random = seeded(4);
const normal = (...shape: number[]) => ({
  data: Array.from({ length: shape.reduce((a, b) => a * b) }, () => random.normal()),
  shape,
});
const whole = (below: number, ...shape: number[]) => ({
  data: Array.from({ length: shape.reduce((a, b) => a * b) }, () => random.below(below)),
  shape,
  index: true,
});

/** One of them with inputs, and its unreduced values on flat arrays. */
export interface Unfused {
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: they take different arguments
  readonly loss: any;
  readonly inputs: readonly { readonly data: number[]; readonly shape: number[]; readonly index?: boolean }[];
  readonly options: Readonly<Record<string, number>>;
  readonly differentiable: readonly (readonly [place: number, name: string])[];
  readonly reference: (inputs: readonly Float64Array[]) => number[];
}

const rows = (x: ArrayLike<number>, width: number): number[][] =>
  Array.from({ length: x.length / width }, (_, i) =>
    Array.from({ length: width }, (_, j) => x[i * width + j] as number),
  );
const sum = (list: readonly number[]) => list.reduce((a, b) => a + b, 0);
const dot = (a: readonly number[], b: readonly number[]) => sum(a.map((x, i) => x * (b[i] as number)));
const unit = (a: readonly number[]) => a.map((x) => x / Math.sqrt(dot(a, a)));

export const unfused: readonly Unfused[] = [
  {
    name: "soft Dice over batch and planes",
    loss: softDice,
    inputs: [normal(3, 2, 4, 5), normal(3, 2, 4, 5)],
    options: {},
    differentiable: [[0, "p"]],
    reference: ([p, t]) => {
      const planes = [p, t].map((x) => rows(x as Float64Array, 20));
      const ofClass = [0, 1].map((k) => {
        const [own, other] = planes.map((list) => list.filter((_, i) => i % 2 === k).flat()) as [number[], number[]];
        return 1 - (2 * dot(own, other) + 1) / (dot(own, own) + dot(other, other) + 1);
      });
      return [sum(ofClass) / 2];
    },
  },
  {
    name: "contrast of queries and keys",
    loss: contrast,
    inputs: [normal(4, 3), normal(6, 3), whole(6, 4)],
    options: { temperature: 0.5 },
    differentiable: [
      [0, "queries"],
      [1, "keys"],
    ],
    reference: ([queries, keys, places]) => {
      const units = rows(queries as Float64Array, 3).map(unit);
      const middle = [0, 1, 2].map((k) => sum(units.map((row) => row[k] as number)) / units.length);
      return units.map((row, i) => {
        const away = row.map((x, k) => x - (middle[k] as number));
        const scores = rows(keys as Float64Array, 3).map((key) => dot(away, unit(key)) / 0.5);
        return Math.log(sum(scores.map(Math.exp))) - (scores[places?.[i] as number] as number);
      });
    },
  },
  {
    name: "distances to centres that are learned",
    loss: centres,
    inputs: [normal(5, 3), whole(4, 5), normal(4, 3)],
    options: {},
    differentiable: [
      [0, "x"],
      [2, "c"],
    ],
    reference: ([x, labels, c]) =>
      rows(x as Float64Array, 3).map((row, i) => {
        const centre = rows(c as Float64Array, 3)[labels?.[i] as number] as number[];
        return sum(row.map((own, k) => (own - (centre[k] as number)) ** 2));
      }),
  },
  {
    name: "a value per column",
    loss: columns,
    inputs: [normal(7, 4), normal(4)],
    options: {},
    differentiable: [
      [0, "x"],
      [1, "scale"],
    ],
    reference: ([x, scale]) =>
      [0, 1, 2, 3].map((k) => {
        const column = rows(x as Float64Array, 4).map((row) => ((row[k] as number) * (scale?.[k] as number)) ** 2);
        return Math.log(sum(column) / 7 + 0.1);
      }),
  },
];
