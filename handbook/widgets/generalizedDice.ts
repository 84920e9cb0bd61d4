/** Three classes of very different size to paint: their Dice losses, their mean, and the one loss of all of them, weighted by areas, relative to the rarest. */
import * as Plot from "@observablehq/plot";
import { diceLoss, generalizedDiceLoss } from "lossary";
import { colour, defineWidget, literals, type Paint, type Text } from "../kit/widget.ts";
import { CELLS, cellAt, cells, drawGrid, objects, paint, squares, withCell } from "./shared/grid.ts";

interface State extends Record<string, number | string | boolean | readonly number[]> {
  brush: string;
  lesionThere: boolean;
  organ: readonly number[];
  lesion: readonly number[];
}

const trueOrgan = (objects.disc as readonly number[]).filter((cell) => cell !== 66);
const trueLesion: readonly number[] = [66];
const names: readonly Text[] = [
  { en: "background", zh: "背景" },
  { en: "organ", zh: "器官" },
  { en: "lesion", zh: "病灶" },
];

/** One-hot masks of the three classes, [1, 3, cells]. */
const masks = (organ: readonly number[], lesion: readonly number[]) => {
  const classOf = (cell: number) => (lesion.includes(cell) ? 2 : organ.includes(cell) ? 1 : 0);
  return [names.map((_, c) => cells.map((cell) => Number(classOf(cell) === c)))];
};

const initial: State = { brush: "lesion", lesionThere: true, organ: trueOrgan.slice(2), lesion: [30, 66] };

export default defineWidget({
  title: { en: "Three classes, one loss", zh: "三个类别，一个损失" },
  initial,
  controls: {
    brush: {
      kind: "choice",
      label: { en: "brush", zh: "画笔" },
      choices: [
        { value: "lesion", label: { en: "lesion", zh: "病灶" } },
        { value: "organ", label: { en: "organ", zh: "器官" } },
        { value: "background", label: { en: "background", zh: "背景" } },
      ],
    },
    lesionThere: { kind: "toggle", label: { en: "the target has a lesion", zh: "目标中有病灶" } },
  },
  buttons: [
    {
      label: { en: "Miss the lesion", zh: "漏掉病灶" },
      press: (state) => ({ ...state, organ: [...trueOrgan, ...trueLesion], lesion: [] }),
    },
    {
      label: { en: "Paint it right", zh: "画对" },
      press: (state) => ({
        ...state,
        organ: state.lesionThere ? trueOrgan : [...trueOrgan, ...trueLesion],
        lesion: state.lesionThere ? trueLesion : [],
      }),
    },
  ],
  compute({ organ, lesion, lesionThere }) {
    const target: [readonly number[], readonly number[]] = lesionThere
      ? [trueOrgan, trueLesion]
      : [[...trueOrgan, ...trueLesion], []];
    const [p, t] = [masks(organ, lesion), masks(...target)];
    const each = diceLoss(p, t, { smooth: 1e-5, reduction: "none" });
    const areas = (t[0] as number[][]).map((row) => row.reduce((a, b) => a + b, 0));
    const rarest = Math.min(...areas.filter((area) => area > 0));
    return {
      target,
      generalized: generalizedDiceLoss(p, t),
      mean: diceLoss(p, t, { smooth: 1e-5 }),
      classes: areas.map((area, c) => ({
        name: names[c] as Text,
        dice: each.data[c] as number,
        weight: area > 0 ? (rarest / area) ** 2 : 1,
      })),
    };
  },
  figures: [
    {
      ratio: 1,
      label: ({ organ, lesion }) => ({
        en: `A grid to paint: ${organ.length} pixels of organ, ${lesion.length} of lesion; the rest is background.`,
        zh: `可以画的网格：器官${organ.length}个像素，病灶${lesion.length}个，其余为背景。`,
      }),
      draw: (view) =>
        drawGrid(view, [
          squares(
            view.state.organ.filter((cell) => !view.state.lesion.includes(cell)),
            { fill: colour.prediction, fillOpacity: 0.35 },
          ),
          squares(view.state.lesion, { fill: colour.prediction }),
          squares(view.result.target[0], { fill: "none", stroke: colour.target, strokeWidth: 1.5 }),
          squares(view.result.target[1], { fill: "none", stroke: colour.target, strokeWidth: 4 }),
        ]),
      paint(state): Paint<State> {
        const whole = { ...state, painted: [] as readonly number[], erasing: false };
        return {
          ...(paint(whole, { en: "Predicted classes", zh: "预测的类别" }) as unknown as Paint<State>),
          touch(x, y) {
            const cell = cellAt(x, y);
            if (cell === null) return state;
            return {
              ...state,
              organ: withCell(state.organ, cell, state.brush === "organ"),
              lesion: withCell(state.lesion, cell, state.brush === "lesion"),
            };
          },
        };
      },
    },
    {
      ratio: 1,
      label: (_, { generalized, mean }) => ({
        en: `Dice loss of each class, their mean ${mean.toFixed(3)}, and the generalized Dice loss ${generalized.toFixed(3)}.`,
        zh: `各类别的Dice损失，其平均为${mean.toFixed(3)}，广义Dice损失为${generalized.toFixed(3)}。`,
      }),
      draw({ result, plot, language }) {
        const zh = language === "zh";
        const rules = [
          { y: result.generalized, text: zh ? "广义Dice" : "generalized Dice", stroke: colour.loss, dash: "none" },
          { y: result.mean, text: zh ? "三类平均" : "mean of the three", stroke: colour.quiet, dash: "5 4" },
        ];
        return plot({
          x: {
            label: null,
            domain: names.map((name) => name[language]),
            tickFormat: (_: string, i: number) => {
              const { name, weight } = result.classes[i] as (typeof result.classes)[number];
              return `${name[language]}\nw = ${Number(weight.toPrecision(2))}`;
            },
          },
          marginBottom: 40,
          y: { label: zh ? "↑ Dice损失" : "↑ Dice loss", domain: [0, 1.05] },
          marks: [
            Plot.barY(result.classes, {
              x: (d) => d.name[language],
              y: "dice",
              fill: colour.prediction,
              fillOpacity: 0.35,
              insetLeft: 8,
              insetRight: 8,
            }),
            ...rules.map(({ y, stroke, dash }) => Plot.ruleY([y], { stroke, strokeWidth: 2, strokeDasharray: dash })),
            ...rules.map(({ y, text, stroke }, i) =>
              Plot.text([text], {
                frameAnchor: i === 0 ? "right" : "left",
                y,
                dy: -7,
                text: [text],
                fill: stroke,
                textAnchor: i === 0 ? "end" : "start",
              }),
            ),
            Plot.ruleY([0], { stroke: colour.quiet }),
          ],
        });
      },
    },
  ],
  readouts: (_, { generalized, mean, classes }) => [
    { label: { en: "generalized Dice loss", zh: "广义Dice损失" }, value: generalized, role: "loss" },
    { label: { en: "mean Dice loss", zh: "Dice损失的平均" }, value: mean, role: "loss" },
    ...classes.map(({ name, dice }) => ({
      label: { en: `Dice loss, ${name.en}`, zh: `Dice损失，${name.zh}` },
      value: dice,
    })),
  ],
  code: ({ organ, lesion }, { target }) => `import { diceLoss, generalizedDiceLoss } from "lossary";

const masks = (organ: number[], lesion: number[]) => {
  const classOf = (cell: number) => (lesion.includes(cell) ? 2 : organ.includes(cell) ? 1 : 0);
  return [[0, 1, 2].map((c) => Array.from({ length: ${CELLS} }, (_, cell) => Number(classOf(cell) === c)))];
};
const predicted = masks(${literals(organ)}, ${literals(lesion)});
const target = masks(${literals(target[0])}, ${literals(target[1])});

console.log(generalizedDiceLoss(predicted, target));
console.log(diceLoss(predicted, target, { smooth: 1e-5 }));
for (const loss of diceLoss(predicted, target, { smooth: 1e-5, reduction: "none" }).data) console.log(loss);`,
});
