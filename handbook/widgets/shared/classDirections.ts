/** A classifier by direction with a margin, on a circle: what ArcFace and CosFace show alike. */
import * as Plot from "@observablehq/plot";
import type { arcFaceLoss, cosFaceLoss } from "lossary";
import { colour, defineWidget, type Text } from "../../kit/widget.ts";
import { anglesCode, atCode, circleHandles, outline, pointAt, pointsAt, pushes, roll, slopes, turn } from "./circle.ts";
import { type Point, planeOf, signs } from "./plane.ts";

const labels = [0, 1, 2];
const nested = (points: readonly Point[]) => points.map((point) => [...point]);
const degrees = Array.from({ length: 91 }, (_, i) => 2 * i);

export function classDirections(
  loss: typeof arcFaceLoss | typeof cosFaceLoss,
  title: Text,
  margin: { readonly initial: number; readonly max: number; readonly label: Text },
) {
  /** The loss of an embedding turned away from its own class to one side, with the class directions as they are. */
  const curve = (classes: readonly number[], side: number, options: { margin: number; scale: number }) => {
    const around = degrees.map((degree) => [...pointAt((classes[0] as number) + (side * degree * Math.PI) / 180)]);
    const { data } = loss(
      around,
      degrees.map(() => 0),
      nested(pointsAt(classes)),
      { ...options, reduction: "none" },
    );
    return degrees.map((degree, i) => ({ degree, value: data[i] as number }));
  };

  return defineWidget({
    title,
    initial: {
      margin: margin.initial,
      scale: 16,
      embeddings: [0.9, 2.9, -1.3] as readonly number[],
      classes: [Math.PI / 2, (-5 * Math.PI) / 6, -Math.PI / 6] as readonly number[],
    },
    controls: {
      margin: { kind: "slider", label: margin.label, min: 0, max: margin.max, step: 0.05 },
      scale: { kind: "slider", label: { en: "scale s", zh: "倍率s" }, min: 1, max: 64, step: 1 },
    },
    compute({ margin: m, scale, embeddings, classes }) {
      const options = { margin: m, scale };
      const rows = nested(pointsAt(embeddings));
      const weight = nested(pointsAt(classes));
      const { value, grads } = loss.valueAndGrad(rows, labels, weight, options);
      const away = turn(classes[0] as number, embeddings[0] as number);
      const side = away < 0 ? -1 : 1;
      return {
        value,
        own: loss([rows[0] as number[]], [0], weight, options),
        degree: (180 * Math.abs(away)) / Math.PI,
        curve: curve(classes, side, options),
        plain: curve(classes, side, { margin: 0, scale }),
        slope: slopes(embeddings, grads.embeddings.data),
        slopeOfClasses: slopes(classes, grads.weight.data),
      };
    },
    figures: [
      {
        ratio: 1,
        label: (_, { value }) => ({
          en: `Three class directions and an embedding of each on a circle; the loss is ${value.toFixed(3)}.`,
          zh: `圆上三个类的方向与每类一个嵌入；损失${value.toFixed(3)}。`,
        }),
        draw({ state, result: { slope, slopeOfClasses }, width, height, plot }) {
          const [classes, embeddings] = [pointsAt(state.classes), pointsAt(state.embeddings)];
          return plot({
            ...planeOf({ width, height }, 1.4),
            marks: [
              outline(),
              Plot.link(classes, {
                x1: 0,
                y1: 0,
                x2: (point: Point) => point[0],
                y2: (point: Point) => point[1],
                stroke: colour.target,
                strokeWidth: 2,
              }),
              pushes(state.classes, slopeOfClasses, 0.1),
              pushes(state.embeddings, slope, 0.1),
              signs(classes, labels, { role: "target", r: 4 }),
              signs(embeddings, labels),
              Plot.text([...embeddings, ...classes], {
                x: (point: Point) => 1.19 * point[0],
                y: (point: Point) => 1.19 * point[1],
                text: (_: Point, i: number) => String((i % 3) + 1),
                fill: (_: Point, i: number) => (i < 3 ? colour.prediction : colour.target),
                fontWeight: "bold",
              }),
            ],
          });
        },
        handles: (state) => [
          ...circleHandles(
            state.embeddings,
            (i) => ({ en: `embedding of class ${i + 1}`, zh: `第${i + 1}类的嵌入` }),
            (embeddings) => ({ ...state, embeddings }),
            { id: "embedding" },
          ),
          ...circleHandles(
            state.classes,
            (i) => ({ en: `direction of class ${i + 1}`, zh: `第${i + 1}类的方向` }),
            (classes) => ({ ...state, classes }),
            { id: "class", role: () => "target" },
          ),
        ],
      },
      {
        ratio: 1,
        label: (_, { degree, own }) => ({
          en: `Loss against the angle to the own class, with margin and without; embedding 1 lies at ${degree.toFixed(0)}° and costs ${own.toFixed(3)}.`,
          zh: `损失随嵌入与本类夹角的变化，有间隔与无间隔；嵌入1在${degree.toFixed(0)}°，损失${own.toFixed(3)}。`,
        }),
        draw({ result, language, plot }) {
          const zh = language === "zh";
          const highest = Math.max(...result.curve.map(({ value }) => value), result.own, 1);
          const line = (data: readonly { degree: number; value: number }[], options: Plot.LineOptions) =>
            Plot.line(data, { x: "degree", y: "value", strokeWidth: 2, ...options });
          return plot({
            marginLeft: 44,
            x: { domain: [0, 180], label: zh ? "与本类的夹角（°）→" : "angle to the own class, ° →" },
            y: { domain: [0, highest], label: zh ? "↑ 损失（灰：无间隔）" : "↑ loss (grey: no margin)", grid: true },
            marks: [
              line(result.plain, { stroke: colour.quiet }),
              line(result.curve, { stroke: colour.loss }),
              Plot.ruleX([result.degree], { stroke: colour.prediction, strokeDasharray: "3 3" }),
              Plot.dot([[result.degree, result.own]], { r: 6, fill: colour.prediction }),
            ],
          });
        },
      },
    ],
    readouts: (_, { value, own, degree }) => [
      { label: { en: "loss", zh: "损失" }, value, role: "loss" },
      { label: { en: "of embedding 1", zh: "嵌入1的损失" }, value: own, role: "loss" },
      { label: { en: "its angle, °", zh: "它的夹角（°）" }, value: degree, role: "prediction", aside: true },
    ],
    code: ({ margin: m, scale, embeddings, classes }) => `import { ${loss.name} } from "lossary";

${atCode}
const embeddings = ${anglesCode(embeddings)};
const weight = ${anglesCode(classes)};
console.log(${loss.name}(embeddings, [0, 1, 2], weight, { margin: ${m}, scale: ${scale} }));
console.log(${loss.name}([embeddings[0]], [0], weight, { margin: ${m}, scale: ${scale} }));`,
    advance: {
      label: { en: "Step", zh: "走一步" },
      milliseconds: 80,
      next: (state, { slope, slopeOfClasses }) => ({
        ...state,
        embeddings: roll(state.embeddings, slope, 0.02),
        classes: roll(state.classes, slopeOfClasses, 0.02),
      }),
    },
  });
}
