/** What holds for every loss of embeddings, whatever it is made of. */
import { describe, expect, it } from "vitest";
import type { AnyLoss } from "../../../test/harness/calls.ts";
import { seeded } from "../../../test/harness/random.ts";
import { arcFaceLoss } from "./arcFace/arcFaceLoss.ts";
import { centerLoss } from "./center/centerLoss.ts";
import { batchCircleLoss } from "./circle/batchCircleLoss.ts";
import { contrastiveLoss } from "./contrastive/contrastiveLoss.ts";
import { cosFaceLoss } from "./cosFace/cosFaceLoss.ts";
import { infoNceLoss } from "./infoNce/infoNceLoss.ts";
import { ntXentLoss } from "./ntXent/ntXentLoss.ts";
import { createOimMemory, updateOimMemory } from "./oim/memory.ts";
import { oimLoss } from "./oim/oimLoss.ts";
import { batchHardQuadrupletLoss } from "./quadruplet/batchHardQuadrupletLoss.ts";
import { quadrupletLoss } from "./quadruplet/quadrupletLoss.ts";
import { supConLoss } from "./supCon/supConLoss.ts";
import { batchAllTripletLoss } from "./triplet/batchAllTripletLoss.ts";
import { batchHardTripletLoss } from "./triplet/batchHardTripletLoss.ts";
import { semiHardTripletLoss } from "./triplet/semiHardTripletLoss.ts";
import { tripletLoss } from "./triplet/tripletLoss.ts";

type Rows = number[][];
const D = 6;
const random = seeded(12);
const draw = (rows: number): Rows =>
  Array.from({ length: rows }, () => Array.from({ length: D }, () => random.normal()));
const labels = Array.from({ length: 15 }, (_, i) => (i * i) % 5);
const batch = draw(labels.length);

/** Losses of a labelled batch; `kinds` is whether any numbers will do for labels. */
const ofBatch: readonly (readonly [string, AnyLoss, object])[] = [
  ["batchHardTripletLoss", batchHardTripletLoss, {}],
  ["batchHardTripletLoss, soft, squared", batchHardTripletLoss, { soft: true, distance: "squared" }],
  ["semiHardTripletLoss", semiHardTripletLoss, { margin: 2 }],
  ["batchAllTripletLoss", batchAllTripletLoss, {}],
  ["batchHardQuadrupletLoss", batchHardQuadrupletLoss, {}],
  ["batchCircleLoss", batchCircleLoss, { scale: 8 }],
  ["batchCircleLoss, anchor", batchCircleLoss, { scale: 8, pooling: "anchor" }],
  ["supConLoss", supConLoss, {}],
];

const close = (came: readonly number[], wanted: readonly number[]) => {
  expect(came).toHaveLength(wanted.length);
  const most = Math.max(1e-3, ...wanted.map(Math.abs));
  for (const [i, value] of came.entries()) expect(Math.abs(value - (wanted[i] as number))).toBeLessThan(1e-10 * most);
};

const result = (loss: AnyLoss, args: readonly unknown[], options: object) => {
  const { value, grads } = loss.valueAndGrad(...args, options);
  const [gradient] = Object.values(grads) as { data: Float64Array }[];
  return { value: value as number, gradient: [...(gradient as { data: Float64Array }).data] };
};

describe.each(ofBatch)("%s", (_, loss, options) => {
  it("a permutation of the batch permutes the gradient", () => {
    const order = labels.map((_, i) => (7 * i + 3) % labels.length);
    const wanted = result(loss, [batch, labels], options);
    const came = result(loss, [order.map((i) => batch[i]), order.map((i) => labels[i])], options);
    close([came.value], [wanted.value]);
    close(
      came.gradient,
      order.flatMap((i) => wanted.gradient.slice(i * D, (i + 1) * D)),
    );
    expect(Math.max(...wanted.gradient)).toBeGreaterThan(1e-3);
  });

  it("other names for the identities change nothing", () => {
    const wanted = result(loss, [batch, labels], options);
    expect(result(loss, [batch, labels.map((label) => 1e6 - 7 * label)], options)).toEqual(wanted);
    expect(result(loss, [batch, labels.map((label) => -label - 1)], options)).toEqual(wanted);
  });

  it("identical vectors, and zero vectors, give finite values and gradients", () => {
    for (const value of [0, 3]) {
      const { value: came, gradient } = result(loss, [batch.map((row) => row.map(() => value)), labels], options);
      expect(came).toBeGreaterThanOrEqual(0);
      expect(gradient.every((g) => Math.abs(g) < 1e-12)).toBe(true);
    }
    const { value: came, gradient } = result(loss, [[...batch.slice(1), batch[0]?.map(() => 0)], labels], options);
    expect([came, ...gradient].every(Number.isFinite)).toBe(true);
  });

  it("identities of one sample each have nothing to learn from", () => {
    const { value, gradient } = result(loss, [batch, labels.map((_, i) => i)], options);
    expect([value, ...gradient].every((v) => v === 0)).toBe(true);
  });

  // Its positives are attracted all the same.
  if (loss !== supConLoss)
    it("a batch of one identity has nothing to learn from", () => {
      const { value, gradient } = result(loss, [batch, labels.map(() => 4)], options);
      expect([value, ...gradient].every((v) => v === 0)).toBe(true);
    });
});

it("supConLoss: a batch of one identity that has collapsed costs log(N − 1), and nothing pulls any more", () => {
  const { value, gradient } = result(supConLoss, [batch.map(() => batch[0]), labels.map(() => 4)], {});
  expect(value).toBeCloseTo(Math.log(labels.length - 1), 12);
  expect(Math.max(...gradient.map(Math.abs))).toBeLessThan(1e-12);
});

/** An orthogonal matrix: a reflection in a random plane after another. */
const turn = (row: readonly number[]): number[] =>
  mirrors.reduce<number[]>(
    (x, mirror) => {
      const along = x.reduce((sum, v, k) => sum + v * (mirror[k] as number), 0);
      const size = mirror.reduce((sum, v) => sum + v * v, 0);
      return x.map((v, k) => v - ((2 * along) / size) * (mirror[k] as number));
    },
    [...row],
  );
const mirrors = draw(3);

const memory = (turned: boolean) =>
  updateOimMemory(
    createOimMemory({ identities: 5, dimension: D, queueSize: 4 }),
    batch.slice(0, 9).map((row) => (turned ? turn(row) : row)),
    [0, 1, 2, 3, 4, -1, -1, -1, -1],
  );
const [second, third, fourth, weight] = [draw(15), draw(15), draw(15), draw(5)];
const different = labels.map((label) => label % 2);

it.each<readonly [string, AnyLoss, (map: (rows: Rows) => Rows, turned: boolean) => unknown[], number]>([
  ...ofBatch.map(([name, loss]) => [name, loss, (map: (rows: Rows) => Rows) => [map(batch), labels], 1e-10] as const),
  ["tripletLoss", tripletLoss, (map) => [map(batch), map(second), map(third)], 1e-10],
  ["quadrupletLoss", quadrupletLoss, (map) => [map(batch), map(second), map(third), map(fourth)], 1e-10],
  ["contrastiveLoss", contrastiveLoss, (map) => [map(batch), map(second), different], 1e-10],
  ["infoNceLoss", infoNceLoss, (map) => [map(batch), map(second)], 1e-10],
  ["ntXentLoss", ntXentLoss, (map) => [map(batch), map(second)], 1e-10],
  ["centerLoss", centerLoss, (map) => [map(batch), labels, map(weight)], 1e-10],
  ["arcFaceLoss", arcFaceLoss, (map) => [map(batch), labels, map(weight)], 1e-10],
  ["cosFaceLoss", cosFaceLoss, (map) => [map(batch), labels, map(weight)], 1e-10],
  // The memory is kept in f32.
  ["oimLoss", oimLoss, (map, turned) => [map(batch), labels, memory(turned)], 1e-5],
])("%s: a rotation of the space leaves the value and turns the gradient", (_, loss, args, accuracy) => {
  const wanted = result(
    loss,
    args((rows) => rows, false),
    {},
  );
  const came = result(
    loss,
    args((rows) => rows.map(turn), true),
    {},
  );
  expect(Math.abs(came.value - wanted.value)).toBeLessThanOrEqual(accuracy * Math.max(1, wanted.value));
  const turned = labels.flatMap((_, i) => turn(wanted.gradient.slice(i * D, (i + 1) * D)));
  const most = Math.max(...turned.map(Math.abs));
  expect(most).toBeGreaterThan(1e-4);
  for (const [i, g] of came.gradient.entries())
    expect(Math.abs(g - (turned[i] as number))).toBeLessThan(10 * accuracy * most);
});

it.each<readonly [string, AnyLoss, (map: (rows: Rows) => Float32Array[]) => unknown[]]>([
  ["batchHardQuadrupletLoss", batchHardQuadrupletLoss, (map) => [shaped(map(batch)), labels]],
  ["quadrupletLoss", quadrupletLoss, (map) => [batch, second, third, fourth].map((rows) => shaped(map(rows)))],
  [
    "contrastiveLoss",
    contrastiveLoss,
    (map) => [shaped(map(batch)), shaped(map(second)), Float32Array.from(different)],
  ],
  ["centerLoss", centerLoss, (map) => [shaped(map(batch)), labels, shaped(map(weight))]],
])("%s: an offset of 1e4 costs f32 no more than rounding the inputs does", (_, loss, args) => {
  // Rounded to multiples of 2⁻¹⁰, which f32 holds at 1e4 as well, so that the offset changes no difference.
  const rounded = (offset: number) => (rows: Rows) =>
    rows.map((row) => Float32Array.from(row, (v) => Math.round(v * 1024) / 1024 + offset));
  const near = result(loss, args(rounded(0)), {});
  const far = result(loss, args(rounded(1e4)), {});
  expect(far.value / near.value).toBeCloseTo(1, 5);
  const most = Math.max(...near.gradient.map(Math.abs));
  for (const [i, g] of far.gradient.entries())
    expect(Math.abs(g - (near.gradient[i] as number))).toBeLessThan(1e-5 * most);
});

function shaped(rows: Float32Array[]) {
  return { data: Float32Array.from(rows.flatMap((row) => [...row])), shape: [rows.length, D] };
}

it.each(ofBatch)("%s: a batch of one block of pairs (f32) and one of two (f64) agree", (_, loss, options) => {
  const n = 2900;
  const x = { data: Float32Array.from({ length: D * n }, () => random.normal()), shape: [n, D] };
  const y = Int32Array.from({ length: n }, (_, i) => (i * i) % 997);
  const whole = result(loss, [x, y], options);
  const blocks = result(loss, [{ ...x, data: Float64Array.from(x.data) }, y], options);
  expect(Math.abs(whole.value / blocks.value - 1)).toBeLessThan(1e-5);
  // Of two distances that f32 cannot tell apart another may be mined: a few in a thousand choices differ.
  const total = (list: readonly number[]) => list.reduce((sum, v) => sum + Math.abs(v), 0);
  expect(total(whole.gradient.map((g, i) => g - (blocks.gradient[i] as number)))).toBeLessThan(
    1e-2 * total(blocks.gradient),
  );
});
