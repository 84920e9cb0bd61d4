/** Four queries and four keys on a circle, and the table of whom each query takes for its partner. */
import * as Plot from "@observablehq/plot";
import { infoNceLoss } from "lossary";
import { colour, defineWidget } from "../kit/widget.ts";
import { anglesCode, atCode, circleHandles, outline, pointsAt, pushes, roll, slopes } from "./shared/circle.ts";
import { type Point, planeOf, signs } from "./shared/plane.ts";

const N = 4;
const pairs = Array.from({ length: N }, (_, i) => i);
const nested = (points: readonly Point[]) => points.map((point) => [...point]);

export default defineWidget({
  title: { en: "Four queries and their keys", zh: "四个查询与它们的键" },
  initial: {
    temperature: 0.3,
    symmetric: false as boolean,
    queries: [0.4, 1.5, 2.9, -1.6] as readonly number[],
    keys: [1.1, 0.7, -2.4, -0.9] as readonly number[],
  },
  controls: {
    temperature: { kind: "slider", label: { en: "temperature τ", zh: "温度τ" }, min: 0.05, max: 1, step: 0.05 },
    symmetric: { kind: "toggle", label: { en: "symmetric, as CLIP", zh: "双向平均（如CLIP）" } },
  },
  compute({ temperature, symmetric, queries, keys }) {
    const [q, k] = [pointsAt(queries), pointsAt(keys)];
    const { value, grads } = infoNceLoss.valueAndGrad(nested(q), nested(k), { temperature, symmetric });
    // Were key i + r the partner of query i, the loss would tell the probability of just that key.
    const chances = pairs.flatMap((r) => {
      const turned = pairs.map((i) => [...(k[(i + r) % N] as Point)]);
      const { data } = infoNceLoss(nested(q), turned, { temperature, reduction: "none" });
      return pairs.map((i) => ({ query: i, key: (i + r) % N, chance: Math.exp(-(data[i] as number)) }));
    });
    const right = chances.filter(
      ({ query, key, chance }) =>
        query === key && chances.every((other) => other.query !== query || other.chance <= chance),
    );
    return {
      q,
      k,
      value,
      chances,
      right: right.length,
      slopeOfQueries: slopes(queries, grads.queries.data),
      slopeOfKeys: slopes(keys, grads.keys.data),
    };
  },
  figures: [
    {
      ratio: 1,
      label: (_, { value, right }) => ({
        en: `Four queries and four keys on a circle; ${right} queries find their own key first, the loss is ${value.toFixed(3)}.`,
        zh: `圆上四个查询与四个键；有${right}个查询首选自己的键，损失${value.toFixed(3)}。`,
      }),
      draw({ state, result: { q, k, slopeOfQueries, slopeOfKeys }, width, height, plot }) {
        const number = (points: readonly Point[], fill: string) =>
          Plot.text(points, {
            x: (point: Point) => 1.2 * point[0],
            y: (point: Point) => 1.2 * point[1],
            text: (_: Point, i: number) => String(i + 1),
            fill,
            fontWeight: "bold",
          });
        return plot({
          ...planeOf({ width, height }, 1.4),
          marks: [
            outline(),
            Plot.link(pairs, {
              x1: (i: number) => (q[i] as Point)[0],
              y1: (i: number) => (q[i] as Point)[1],
              x2: (i: number) => (k[i] as Point)[0],
              y2: (i: number) => (k[i] as Point)[1],
              stroke: colour.quiet,
            }),
            pushes(state.queries, slopeOfQueries, 0.7),
            pushes(state.keys, slopeOfKeys, 0.7),
            signs(q, [0, 0, 0, 0]),
            signs(k, [1, 1, 1, 1], { role: "target" }),
            number(q, colour.prediction),
            number(k, colour.target),
          ],
        });
      },
      handles: (state) => [
        ...circleHandles(
          state.queries,
          (i) => ({ en: `query ${i + 1}`, zh: `查询${i + 1}` }),
          (queries) => ({ ...state, queries }),
          { id: "query" },
        ),
        ...circleHandles(
          state.keys,
          (i) => ({ en: `key ${i + 1}`, zh: `键${i + 1}` }),
          (keys) => ({ ...state, keys }),
          { id: "key", role: () => "target" },
        ),
      ],
    },
    {
      ratio: 1,
      label: (_, { chances }) => ({
        en: `Probability of each key for each query; on the diagonal ${chances
          .slice(0, N)
          .map(({ chance }) => chance.toFixed(2))
          .join(", ")}.`,
        zh: `每个查询选中每个键的概率；对角线上为${chances
          .slice(0, N)
          .map(({ chance }) => chance.toFixed(2))
          .join("、")}。`,
      }),
      draw({ result: { chances }, language, plot }) {
        const zh = language === "zh";
        return plot({
          marginTop: 36,
          x: { axis: "top", label: zh ? "键 →" : "key →", domain: [1, 2, 3, 4], tickSize: 0 },
          y: { label: zh ? "查询" : "query", domain: [1, 2, 3, 4], tickSize: 0 },
          marks: [
            Plot.cell(chances, {
              x: ({ key }) => key + 1,
              y: ({ query }) => query + 1,
              fill: colour.prediction,
              fillOpacity: ({ chance }) => 0.05 + 0.5 * chance,
              stroke: ({ query, key }) => (query === key ? colour.target : "none"),
              strokeWidth: 2,
              inset: 2,
            }),
            Plot.text(chances, {
              x: ({ key }) => key + 1,
              y: ({ query }) => query + 1,
              text: ({ chance }) => chance.toFixed(2),
              fill: "currentColor",
            }),
          ],
        });
      },
    },
  ],
  readouts: (_, { value, right }) => [
    { label: { en: "loss", zh: "损失" }, value, role: "loss" },
    { label: { en: "queries that choose right", zh: "选对的查询数" }, value: right, role: "prediction", aside: true },
  ],
  code: ({ temperature, symmetric, queries, keys }) => `import { infoNceLoss } from "lossary";

${atCode}
const queries = ${anglesCode(queries)};
const keys = ${anglesCode(keys)};
console.log(infoNceLoss(queries, keys, { temperature: ${temperature}, symmetric: ${symmetric} }));`,
  advance: {
    label: { en: "Step", zh: "走一步" },
    milliseconds: 80,
    next: (state, { slopeOfQueries, slopeOfKeys }) => ({
      ...state,
      queries: roll(state.queries, slopeOfQueries, 0.2),
      keys: roll(state.keys, slopeOfKeys, 0.2),
    }),
  },
});
