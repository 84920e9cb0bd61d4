/** Rows that a mask leaves out are as good as absent: whatever they hold, the others' values and gradients are those without them. */
import { expect, it } from "vitest";
import type { AnyLoss } from "../../../test/harness/calls.ts";
import { expectClose } from "../../../test/harness/expectClose.ts";
import { seeded } from "../../../test/harness/random.ts";
import { batchCircleLoss } from "./circle/batchCircleLoss.ts";
import { infoNceLoss } from "./infoNce/infoNceLoss.ts";
import { ntXentLoss } from "./ntXent/ntXentLoss.ts";
import { batchHardQuadrupletLoss } from "./quadruplet/batchHardQuadrupletLoss.ts";
import { supConLoss } from "./supCon/supConLoss.ts";
import { batchAllTripletLoss } from "./triplet/batchAllTripletLoss.ts";
import { batchHardTripletLoss } from "./triplet/batchHardTripletLoss.ts";
import { semiHardTripletLoss } from "./triplet/semiHardTripletLoss.ts";

const [N, D] = [9, 3];
const labels = Int32Array.of(0, 0, 1, 0, 1, 1, 2, 2, 0);
const mask = [1, 0, 1, 1, 1, 0, 1, 1, 1];
const kept = [...mask.keys()].filter((i) => mask[i]);
const random = seeded(5);
const weights = Array.from({ length: N }, () => random.uniform() + 0.5);
const positives = Array.from({ length: N }, () => Array.from({ length: N }, () => Number(random.uniform() < 0.4)));

const only = <T>(list: ArrayLike<T>) => kept.map((i) => list[i] as T);
/** What only the kept rows have, with zeros for the others; rows of `width` numbers. */
const among = (part: ArrayLike<number>, width: number) =>
  mask.flatMap((on, i) =>
    Array.from({ length: width }, (_, k) => (on ? (part[kept.indexOf(i) * width + k] as number) : 0)),
  );

const dataOf = (tensor: unknown) => (tensor as { data: Float64Array }).data;

type Case = [name: string, loss: AnyLoss, options?: object, scalar?: "scalar"];

const labelled: Case[] = [
  ["batchHardTripletLoss", batchHardTripletLoss],
  ["batchHardTripletLoss, soft", batchHardTripletLoss, { soft: true, distance: "cosine" }],
  ["semiHardTripletLoss", semiHardTripletLoss, { margin: 2 }],
  ["batchAllTripletLoss", batchAllTripletLoss, {}, "scalar"],
  ["batchHardQuadrupletLoss", batchHardQuadrupletLoss],
  ["batchCircleLoss, batch", batchCircleLoss, { scale: 4 }, "scalar"],
  ["batchCircleLoss, anchor", batchCircleLoss, { scale: 4, pooling: "anchor" }],
  ["supConLoss", supConLoss],
];
const paired: Case[] = [
  ["ntXentLoss", ntXentLoss],
  ["infoNceLoss", infoNceLoss],
  ["infoNceLoss, symmetric", infoNceLoss, { symmetric: true }],
  ["infoNceLoss, positives", infoNceLoss, { symmetric: true, positives }],
];

for (const dtype of ["float32", "float64"] as const) {
  const single = (numbers: readonly number[]) =>
    dtype === "float32" ? Float32Array.from(numbers) : Float64Array.from(numbers);
  const accuracy = dtype === "float32" ? 1e-6 : 1e-14;
  const draw = () =>
    Array.from({ length: N * D }, (_, at) => (mask[Math.floor(at / D)] ? random.normal() : Number.NaN));
  const rows = (data: readonly number[]) => ({ data: single(data), shape: [data.length / D, D] });
  const onlyRows = (data: readonly number[]) => rows(kept.flatMap((i) => data.slice(i * D, i * D + D)));

  it.each([...labelled, ...paired])(
    `${dtype}: %s under a mask is that of the rows kept`,
    (_, loss, options, scalar) => {
      const [x, y] = [draw(), draw()];
      const isPaired = paired.some(([, other]) => other === loss);
      const inputs = isPaired ? [rows(x), rows(y)] : [rows(x), labels];
      const fewer = isPaired ? [onlyRows(x), onlyRows(y)] : [onlyRows(x), Int32Array.from(only(labels))];
      const few =
        options && "positives" in options
          ? { ...options, positives: only(positives).map((row) => only(row)) }
          : options;
      const sameAs = (more: object, less: object, reduced: boolean) => {
        const got = loss.valueAndGrad(...inputs, { ...options, mask, ...more });
        const wanted = loss.valueAndGrad(...fewer, { ...few, ...less });
        if (reduced) expectClose([got.value as number], [wanted.value as number], accuracy, 1);
        else expectClose(dataOf(got.value), among(dataOf(wanted.value), 1), accuracy, 1);
        for (const [name, gradient] of Object.entries(got.grads))
          expectClose(dataOf(gradient), among(dataOf((wanted.grads as Record<string, unknown>)[name]), D), accuracy, 1);
      };
      sameAs({}, {}, true);
      if (scalar) return;
      sameAs({ reduction: "sum", upstream: 3 }, { reduction: "sum", upstream: 3 }, true);
      const [all, some] = [single(weights), single(only(weights))];
      sameAs({ sampleWeight: all }, { sampleWeight: some }, true);
      sameAs({ reduction: "none", upstream: all }, { reduction: "none", upstream: some }, false);
    },
  );
}

it.each([...labelled, ...paired])(
  "%s: a mask of zeros leaves nothing, one of neither 0 nor 1 is refused",
  (name, loss, options) => {
    const x = { data: new Float64Array(N * D).fill(Number.NaN), shape: [N, D] };
    const inputs = paired.some(([, other]) => other === loss) ? [x, x] : [x, labels];
    const { value, grads } = loss.valueAndGrad(...inputs, { ...options, mask: new Array(N).fill(0) });
    expect(value).toBe(0);
    for (const { data } of Object.values(grads as Record<string, { data: Float64Array }>))
      expect(data.every((g) => g === 0)).toBe(true);
    const half = mask.map((on, i) => (i === 4 ? 0.5 : on));
    expect(() => loss(...inputs, { ...options, mask: half })).toThrow(
      `${name.split(",")[0]}: mask[4] is 0.5, outside {0, 1}`,
    );
  },
);
