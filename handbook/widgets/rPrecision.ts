/** Two rankings whose documents are dragged across the line at R, and the mean over both queries. */
import * as Plot from "@observablehq/plot";
import { rPrecision } from "lossary";
import { colour, defineWidget, type Handle, literals } from "../kit/widget.ts";

/** A ranking in which `hits` of the `wanted` relevant documents are among the first `wanted`. */
function ranking(wanted: number, hits: number) {
  const missed = wanted - hits;
  const relevant = Array.from({ length: wanted + missed }, (_, i) => (i < wanted ? i % wanted < hits : true));
  // Hits spread evenly over the top, as they would be.
  const top = Array.from(
    { length: wanted },
    (_, i) => Math.floor(((i + 1) * hits) / wanted) > Math.floor((i * hits) / wanted),
  );
  const marks = relevant.map((value, i) => ((i < wanted ? top[i] : value) ? 1 : 0));
  const scores = marks.map((_, i) => Number((100 - ((i + 0.5) * 100) / marks.length).toFixed(2)));
  return { scores, marks };
}

const few = [ranking(5, 3), ranking(3, 2)] as const;
const example = [ranking(50, 17), ranking(10, 7)] as const;

const stateOf = ([first, second]: typeof few) => ({
  scores1: first.scores as readonly number[],
  relevant1: first.marks as readonly number[],
  scores2: second.scores as readonly number[],
  relevant2: second.marks as readonly number[],
});

/** What lies in the top R; equal scores at the line count by their share. */
function judge(scores: readonly number[], relevant: readonly number[]) {
  const wanted = relevant.reduce((a, b) => a + b, 0);
  const order = scores.map((_, i) => i).sort((i, j) => (scores[j] as number) - (scores[i] as number) || i - j);
  const [lowest, next] = [scores[order[wanted - 1] as number] as number, scores[order[wanted] as number] as number];
  const score = rPrecision([[...scores]], [[...relevant]]);
  return { wanted, hits: Number((score * wanted).toFixed(2)), line: (lowest + next) / 2, score };
}

/** Padding that ranks below everything and is not relevant, so that both queries have equally many documents. */
const padded = (values: readonly number[], length: number, by: number) => [
  ...values,
  ...Array.from({ length: length - values.length }, () => by),
];

export default defineWidget({
  title: { en: "What is above the line", zh: "线之上有什么" },
  initial: stateOf(few),
  controls: {},
  buttons: [
    { label: { en: "17 of 50 and 7 of 10", zh: "50篇中17篇，10篇中7篇" }, press: () => stateOf(example) },
    { label: { en: "5 and 3 documents", zh: "5篇与3篇" }, press: () => stateOf(few) },
  ],
  compute({ scores1, relevant1, scores2, relevant2 }) {
    const length = Math.max(scores1.length, scores2.length);
    const scores = [padded(scores1, length, -1), padded(scores2, length, -1)];
    const relevant = [padded(relevant1, length, 0), padded(relevant2, length, 0)];
    return {
      scores,
      relevant,
      queries: [judge(scores1, relevant1), judge(scores2, relevant2)] as const,
      mean: rPrecision(scores, relevant),
    };
  },
  figures: [
    {
      ratio: 0.5,
      label: (_, { queries: [first, second], mean }) => ({
        en: `Two rankings by score. Above its line the first has ${first.hits} of ${first.wanted} relevant documents, the second ${second.hits} of ${second.wanted}; the mean is ${mean.toFixed(2)}.`,
        zh: `两个按分数排开的排序。线之上，第一个有${first.wanted}篇相关文档中的${first.hits}篇，第二个有${second.wanted}篇中的${second.hits}篇；平均为${mean.toFixed(2)}。`,
      }),
      draw({ state, result: { queries }, language, plot }) {
        const rows = [
          { y: 1, scores: state.scores1, relevant: state.relevant1, query: queries[0] },
          { y: 0, scores: state.scores2, relevant: state.relevant2, query: queries[1] },
        ];
        const zh = language === "zh";
        return plot({
          x: { domain: [0, 100], label: zh ? "分数 →" : "score →", ticks: 5 },
          y: { domain: [-0.5, 1.6], axis: null },
          marginLeft: 14,
          marks: rows.flatMap(({ y, scores, relevant, query }) => {
            const documents = scores.map((score, i) => ({ score, hit: relevant[i] === 1 }));
            const r = scores.length > 20 ? 3.5 : 6;
            return [
              Plot.rect([0], {
                x1: query.line,
                x2: 100,
                y1: y - 0.3,
                y2: y + 0.3,
                fill: colour.loss,
                fillOpacity: 0.12,
              }),
              Plot.ruleX([query.line], {
                y1: y - 0.3,
                y2: y + 0.3,
                stroke: colour.loss,
                strokeWidth: 2,
                strokeDasharray: "4 3",
              }),
              Plot.dot(
                documents.filter(({ hit }) => !hit),
                { x: "score", y, r, stroke: colour.quiet, strokeWidth: 1.5 },
              ),
              Plot.dot(
                documents.filter(({ hit }) => hit),
                { x: "score", y, r, fill: colour.target },
              ),
              Plot.text([0], {
                x: 100,
                y: y + 0.42,
                textAnchor: "end",
                text: () =>
                  zh
                    ? `R = ${query.wanted}，前R中有${query.hits}篇`
                    : `R = ${query.wanted}, ${query.hits} in the top R`,
                fill: "currentColor",
              }),
            ];
          }),
        });
      },
      handles: (state) =>
        ([1, 2] as const).flatMap((query) => {
          const [scoresKey, relevantKey] = [`scores${query}`, `relevant${query}`] as const;
          const scores = state[scoresKey];
          // A hundred documents are to be looked at, not to be dragged.
          if (scores.length > 20) return [];
          return scores.map(
            (score, i): Handle<typeof state> => ({
              id: `${query}-${i}`,
              label: {
                en: `query ${query}, document ${i + 1}${state[relevantKey][i] === 1 ? ", relevant" : ""}`,
                zh: `查询${query}，文档${i + 1}${state[relevantKey][i] === 1 ? "（相关）" : ""}`,
              },
              x: score,
              y: query === 1 ? 1 : 0,
              axis: "x",
              step: 1,
              ...(state[relevantKey][i] === 1 ? { role: "target" } : {}),
              move: (x) => ({
                ...state,
                [scoresKey]: scores.map((old, k) => (k === i ? Number(Math.min(Math.max(x, 0), 100).toFixed(2)) : old)),
              }),
            }),
          );
        }),
    },
  ],
  readouts: (_, { queries: [first, second], mean }) => [
    { label: { en: "R-precision, mean", zh: "R-precision，平均" }, value: mean, role: "loss" },
    { label: { en: "first query", zh: "第一个查询" }, value: first.score },
    { label: { en: "second query", zh: "第二个查询" }, value: second.score },
  ],
  code: (_, { scores, relevant }) => `import { rPrecision } from "lossary";

// The shorter ranking is filled up with documents that are not relevant and come last.
const scores = [${scores.map(literals).join(", ")}];
const relevant = [${relevant.map(literals).join(", ")}];
console.log(rPrecision(scores, relevant));
console.log(rPrecision([scores[0]], [relevant[0]]));
console.log(rPrecision([scores[1]], [relevant[1]]));`,
});
