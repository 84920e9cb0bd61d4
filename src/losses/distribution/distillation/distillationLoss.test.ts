import { expect, it } from "vitest";
import { describeLoss } from "../../../../test/harness/describeLoss.ts";
import { eachRow, logSoftmax, plainSum } from "../../../../test/harness/distributions.ts";
import { absentAtInfinity } from "../../../../test/harness/infinity.ts";
import { klDivergenceFromLogits } from "../kl/klDivergenceFromLogits.ts";
import { type DistillationOptions, distillationLoss } from "./distillationLoss.ts";

describeLoss<DistillationOptions>(distillationLoss, {
  // A teacher's −∞ asks nothing of the student.
  atInfinity: (at) => {
    if (at.argument === "teacherLogits") return [at.sign > 0 ? Number.NaN : null, null];
    const { data, shape } = at.sample("teacherLogits");
    const [width, { temperature }] = [shape[1] as number, at.options];
    const teacher = logSoftmax(data.slice(at.row * width, (at.row + 1) * width), temperature);
    return absentAtInfinity(() => temperature * Math.exp(teacher[at.column] as number))(at);
  },
  reference: (samples, { temperature }) =>
    eachRow(samples, (student, teacher) => {
      const log = logSoftmax(student, temperature);
      const wanted = logSoftmax(teacher, temperature);
      return (
        temperature ** 2 *
        plainSum(wanted.map((a, c) => (a === -Infinity ? 0 : Math.exp(a) * (a - (log[c] as number)))))
      );
    }),
  options: [{}, { temperature: 4 }, { temperature: 0.5 }],
  accuracy: { float32: 4e-6, float64: 8e-15, floor: 0.5 },
});

it("distillationLoss: 0 for a perfect student; towards half the squared distance of centred logits when hot", () => {
  const teacher = [[1, 2, 6]];
  expect(distillationLoss(teacher, teacher, { temperature: 3 })).toBe(0);
  const student = [[2, 0, 1]];
  const difference = [1, -2, -5];
  const centred = difference.map((d) => d + 2);
  const limit = plainSum(centred.map((d) => d * d)) / 3 / 2;
  expect(distillationLoss(student, teacher, { temperature: 1e4 })).toBeCloseTo(limit, 2);
});

it("distillationLoss: the KL divergence from the softened teacher, times τ²", () => {
  const [student, teacher, temperature] = [[2, 0, 1, -3], [1, 2, 6, 0.5], 2.5];
  const targets = logSoftmax(teacher, temperature).map(Math.exp);
  const kl = klDivergenceFromLogits([student.map((x) => x / temperature)], [targets]);
  expect(distillationLoss([student], [teacher], { temperature })).toBeCloseTo(temperature ** 2 * kl, 13);
});

it("distillationLoss: every case of zero", () => {
  const loss = (student: number[], teacher: number[]) => distillationLoss([student], [teacher]);
  expect(loss([1, 1, 5], [0, 0, -Infinity])).toBeCloseTo(Math.log(2 + Math.E ** 4) - Math.LN2, 14);
  expect(loss([0, 0, -Infinity], [0, 0, -Infinity])).toBeCloseTo(0, 15);
  expect(loss([0, -Infinity], [0, 0])).toBe(Number.POSITIVE_INFINITY);
});
