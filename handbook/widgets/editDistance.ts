/** Two words to type, the table of their beginnings' distances, and one cheapest way through it. */
import * as Plot from "@observablehq/plot";
import { editDistance } from "lossary";
import { colour, defineWidget, type Text } from "../kit/widget.ts";

const longest = 12;
/** A word as the package compares it: by code points. */
const letters = (word: string) => [...word].slice(0, longest);

interface Step {
  readonly i: number;
  readonly j: number;
  readonly kind: "keep" | "replace" | "delete" | "insert";
}

/** One cheapest way from the empty beginnings to both whole words; straight ahead where that is as cheap. */
function walk(table: readonly (readonly number[])[], a: readonly string[], b: readonly string[]): Step[] {
  const steps: Step[] = [];
  const at = (i: number, j: number) => table[i]?.[j] ?? Number.POSITIVE_INFINITY;
  let [i, j] = [a.length, b.length];
  while (i > 0 || j > 0) {
    const same = i > 0 && j > 0 && a[i - 1] === b[j - 1];
    const straight = i > 0 && j > 0 && at(i, j) === at(i - 1, j - 1) + (same ? 0 : 1);
    const kind = straight ? (same ? "keep" : "replace") : at(i, j) === at(i - 1, j) + 1 ? "delete" : "insert";
    steps.unshift({ i, j, kind });
    if (kind !== "insert") i--;
    if (kind !== "delete") j--;
  }
  return steps;
}

const kinds: Readonly<Record<Exclude<Step["kind"], "keep">, Text>> = {
  replace: { en: "replaced", zh: "替换" },
  delete: { en: "deleted", zh: "删除" },
  insert: { en: "inserted", zh: "插入" },
};

export default defineWidget({
  title: { en: "The cheapest way from one word to another", zh: "从一个词改成另一个词" },
  initial: { a: "kitten", b: "sitting" },
  controls: {
    a: { kind: "text", label: { en: "from", zh: "原词" }, maxLength: longest },
    b: { kind: "text", label: { en: "to", zh: "改成" }, maxLength: longest },
  },
  buttons: [
    {
      label: { en: "Swap the first two letters", zh: "对调前两个字母" },
      press: (state) => ({ ...state, b: swapped(state.b) }),
    },
    { label: { en: "Exchange the words", zh: "两词互换" }, press: ({ a, b }) => ({ a: b, b: a }) },
  ],
  compute({ a, b }) {
    const [own, other] = [letters(a), letters(b)];
    const begin = (word: readonly string[], length: number) => word.slice(0, length).join("");
    const table = Array.from({ length: own.length + 1 }, (_, i) =>
      Array.from({ length: other.length + 1 }, (_, j) => editDistance(begin(own, i), begin(other, j))),
    );
    return { own, other, table, steps: walk(table, own, other), distance: editDistance(own.join(""), other.join("")) };
  },
  figures: [
    {
      ratio: 0.7,
      label: (_, { own, other, distance }) => ({
        en: `A table of the distances of all beginnings of “${own.join("")}” and “${other.join("")}”, with a path through it; the last entry is ${distance}.`,
        zh: `「${own.join("")}」与「${other.join("")}」的所有前缀之间的距离表，以及穿过它的一条路径；最后一格是${distance}。`,
      }),
      draw({ result: { own, other, table, steps }, plot }) {
        const cells = table.flatMap((row, i) => row.map((distance, j) => ({ i, j, distance })));
        const onPath = new Set(["0 0", ...steps.map(({ i, j }) => `${i} ${j}`)]);
        const cell = {
          x1: (c: { j: number }) => c.j - 0.5,
          x2: (c: { j: number }) => c.j + 0.5,
          y1: (c: { i: number }) => c.i - 0.5,
          y2: (c: { i: number }) => c.i + 0.5,
        };
        const path = steps.map(({ i, j, kind }) => ({
          kind,
          x1: kind === "delete" ? j : j - 1,
          y1: kind === "insert" ? i : i - 1,
          x2: j,
          y2: i,
        }));
        return plot({
          x: { domain: [-1.6, Math.max(other.length, 1) + 0.6], axis: null },
          y: { domain: [Math.max(own.length, 1) + 0.6, -1.6], axis: null },
          marginLeft: 4,
          marginRight: 4,
          marginTop: 4,
          marginBottom: 4,
          marks: [
            Plot.rect(cells, { ...cell, fill: colour.quiet, fillOpacity: 0.08, inset: 1 }),
            Plot.rect(
              cells.filter(({ i, j }) => onPath.has(`${i} ${j}`)),
              { ...cell, fill: colour.loss, fillOpacity: 0.18, inset: 1 },
            ),
            Plot.arrow(path, {
              x1: "x1",
              x2: "x2",
              y1: "y1",
              y2: "y2",
              inset: 10,
              headLength: 5,
              stroke: colour.loss,
              strokeWidth: (s: { kind: string }) => (s.kind === "keep" ? 1 : 3),
            }),
            Plot.text(cells, {
              x: "j",
              y: "i",
              text: (c: { distance: number }) => String(c.distance),
              fill: "currentColor",
            }),
            Plot.text(own, {
              x: -1.1,
              y: (_: string, i: number) => i + 1,
              text: (c: string) => c,
              fill: colour.prediction,
              fontSize: 16,
              fontWeight: "bold",
            }),
            Plot.text(other, {
              x: (_: string, j: number) => j + 1,
              y: -1.1,
              text: (c: string) => c,
              fill: colour.target,
              fontSize: 16,
              fontWeight: "bold",
            }),
          ],
        });
      },
    },
  ],
  readouts: (_, { distance, steps }) => [
    { label: { en: "edit distance", zh: "编辑距离" }, value: distance, role: "loss" },
    ...(["replace", "delete", "insert"] as const).map((kind) => ({
      label: kinds[kind],
      value: steps.filter((step) => step.kind === kind).length,
      aside: true,
    })),
  ],
  code: (_, { own, other }) => `import { editDistance } from "lossary";

console.log(editDistance(${JSON.stringify(own.join(""))}, ${JSON.stringify(other.join(""))}));`,
});

function swapped(word: string): string {
  const [first = "", second = "", ...rest] = letters(word);
  return [second, first, ...rest].join("");
}
