/** People arrive one by one on a circle: the named ones move the lookup table, the others pass through a queue of three. */
import * as Plot from "@observablehq/plot";
import { createOimMemory, oimLoss, updateOimMemory } from "lossary";
import { colour, defineWidget } from "../kit/widget.ts";
import { anglesCode, atCode, circleHandles, outline, pointsAt, pushes, slopes } from "./shared/circle.ts";
import { type Point, planeOf, rowsOf, signs } from "./shared/plane.ts";

/** Who arrives, in turn: 0, 1, 2 are names, −1 is nobody known. */
const people = [0, 1, -1, 2, -1, 0, -1, 1, -1, 2, -1, 0];
const seats = { identities: 3, dimension: 2, queueSize: 3 };

const nameOf = (label: number, language: "en" | "zh") =>
  label < 0 ? (language === "zh" ? "无名" : "nobody known") : (["A", "B", "C"][label] as string);

export default defineWidget({
  title: { en: "A memory of people", zh: "对人的记忆" },
  initial: {
    arrived: 5,
    scale: 10,
    angles: [0.3, 2.2, 1.2, -2.2, -0.7, 0.7, 2.9, 1.8, -1.4, -2.6, 0.1, 0.4] as readonly number[],
  },
  controls: {
    arrived: {
      kind: "slider",
      label: { en: "people seen before", zh: "此前见过的人数" },
      min: 0,
      max: people.length - 1,
      step: 1,
    },
    scale: { kind: "slider", label: { en: "scale s", zh: "倍率s" }, min: 1, max: 30, step: 1 },
  },
  compute({ arrived, scale, angles }) {
    const all = pointsAt(angles).map((x) => [...x]);
    let memory = createOimMemory(seats);
    for (let i = 0; i < arrived; i++) memory = updateOimMemory(memory, [all[i] as number[]], [people[i] as number]);
    const label = people[arrived] as number;
    const newcomer = all[arrived] as number[];
    const { value, grads } = oimLoss.valueAndGrad([newcomer], [label], memory, { scale });
    // The probability of each entry is what the loss would be were it the newcomer's; the queue's are had by asking a table of all.
    const keys = [...memory.table.data, ...memory.queue.data];
    const asked = {
      table: { data: keys, shape: [keys.length / 2, 2] as const },
      queue: { data: [], shape: [0, 2] as const },
      next: 0,
    };
    const chances = rowsOf(keys).map((_, k) => Math.exp(-oimLoss([newcomer], [k], asked, { scale })));
    return { memory, label, value, chances, slope: slopes([angles[arrived] as number], grads.features.data) };
  },
  figures: [
    {
      ratio: 1,
      label: ({ arrived }, { label, memory }) => ({
        en: `A circle with the directions of three named people and a queue of three; ${arrived} have been seen, the next is ${nameOf(label, "en")}, the queue's next place is ${memory.next + 1}.`,
        zh: `圆上有三个有名字的人的方向和三个位置的队列；已见过${arrived}人，来者是${nameOf(label, "zh")}，队列下一个位置是${memory.next + 1}。`,
      }),
      draw({ state, result: { memory, label, slope }, language, width, height, plot }) {
        const table = rowsOf(memory.table.data as ArrayLike<number>);
        const queue = rowsOf(memory.queue.data as ArrayLike<number>);
        const seen = (point: Point) => point[0] !== 0 || point[1] !== 0;
        const angle = [state.angles[state.arrived] as number];
        const [newcomer] = pointsAt(angle) as [Point];
        return plot({
          ...planeOf({ width, height }, 1.45),
          marks: [
            outline(),
            Plot.link(table.filter(seen), {
              x1: 0,
              y1: 0,
              x2: (v: Point) => v[0],
              y2: (v: Point) => v[1],
              stroke: colour.target,
              strokeWidth: 2,
            }),
            signs(table.filter(seen), [0, 0, 0], { role: "target", r: 5 }),
            Plot.text(
              table.flatMap((v, k) => (seen(v) ? [{ v, k }] : [])),
              {
                x: ({ v }) => 0.84 * v[0],
                y: ({ v }) => 0.84 * v[1],
                text: ({ k }) => nameOf(k, language),
                fill: colour.target,
                fontWeight: "bold",
                dx: 9,
                dy: -9,
              },
            ),
            signs(queue.filter(seen), [1, 1, 1], { role: "loss", r: 4 }),
            Plot.text(
              queue.flatMap((u, k) => (seen(u) ? [{ u, k }] : [])),
              {
                x: ({ u }) => 1.14 * u[0],
                y: ({ u }) => 1.14 * u[1],
                text: ({ k }) => String(k + 1),
                fill: colour.loss,
              },
            ),
            pushes(angle, slope, 0.15),
            signs([newcomer], [3]),
            Plot.text([newcomer], {
              x: 1.27 * newcomer[0],
              y: 1.27 * newcomer[1],
              text: [nameOf(label, language)],
              fill: colour.prediction,
              fontWeight: "bold",
            }),
          ],
        });
      },
      handles: (state) =>
        circleHandles(
          [state.angles[state.arrived] as number],
          () => ({ en: "the newcomer", zh: "来者" }),
          ([angle]) => ({
            ...state,
            angles: state.angles.map((own, i) => (i === state.arrived ? (angle as number) : own)),
          }),
        ),
    },
    {
      ratio: 1,
      label: (_, { chances }) => ({
        en: `Probabilities of the table's entries ${chances
          .slice(0, 3)
          .map((p) => p.toFixed(2))
          .join(", ")} and of the queue's ${chances
          .slice(3)
          .map((p) => p.toFixed(2))
          .join(", ")}.`,
        zh: `查找表各项的概率${chances
          .slice(0, 3)
          .map((p) => p.toFixed(2))
          .join("、")}，队列各项的概率${chances
          .slice(3)
          .map((p) => p.toFixed(2))
          .join("、")}。`,
      }),
      draw({ result: { chances, label, memory }, language, plot }) {
        const zh = language === "zh";
        const names = chances.map((_, k) => (k < 3 ? nameOf(k, language) : String(k - 2)));
        const empty = rowsOf([...memory.table.data, ...memory.queue.data]).map(([x, y]) => x === 0 && y === 0);
        return plot({
          marginBottom: 40,
          x: { domain: names, label: zh ? "查找表A–C，队列1–3" : "table A–C, queue 1–3", tickSize: 0 },
          y: { domain: [0, 1], label: zh ? "↑ 概率" : "↑ probability", grid: true },
          marks: [
            Plot.barY(chances, {
              x: (_: number, k: number) => names[k] as string,
              y: (p: number) => p,
              fill: (_: number, k: number) => (k < 3 ? colour.target : colour.loss),
              fillOpacity: (_: number, k: number) => (empty[k] ? 0.25 : k === label ? 1 : 0.6),
            }),
            Plot.ruleY([0]),
          ],
        });
      },
    },
  ],
  readouts: (_, { value, label, slope, memory }) => [
    { label: { en: "loss", zh: "损失" }, value, role: "loss" },
    {
      label: { en: "pull along the circle", zh: "沿圆周的力" },
      value: -(slope[0] as number),
      role: "gradient",
      aside: true,
    },
    { label: { en: "next place of the queue", zh: "队列下一个位置" }, value: memory.next + 1, aside: true },
    {
      label: { en: "the newcomer", zh: "来者" },
      value: label < 0 ? "−1" : (["A", "B", "C"][label] as string),
      aside: true,
    },
  ],
  code: ({ arrived, scale, angles }) => `import { createOimMemory, oimLoss, updateOimMemory } from "lossary";

${atCode}
const features = ${anglesCode(angles.slice(0, arrived + 1))};
const labels = [${people.slice(0, arrived + 1).join(", ")}];
let memory = createOimMemory({ identities: 3, dimension: 2, queueSize: 3 });
for (let i = 0; i < ${arrived}; i++) memory = updateOimMemory(memory, [features[i]], [labels[i]]);
console.log(oimLoss([features[${arrived}]], [labels[${arrived}]], memory, { scale: ${scale} }));`,
  advance: {
    label: { en: "Next person", zh: "下一个人" },
    milliseconds: 900,
    next: (state) => ({ ...state, arrived: (state.arrived + 1) % people.length }),
  },
});
