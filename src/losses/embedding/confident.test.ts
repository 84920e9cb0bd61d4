/** Confident rows: losses of a softmax keep their digits there, and are never below 0. */
import { describe, expect, it } from "vitest";
import type { AnyLoss } from "../../../test/harness/calls.ts";
import { damsmLoss } from "../multimodal/damsm/damsmLoss.ts";
import { arcFaceLoss } from "./arcFace/arcFaceLoss.ts";
import { cosFaceLoss } from "./cosFace/cosFaceLoss.ts";
import { infoNceLoss } from "./infoNce/infoNceLoss.ts";
import { ntXentLoss } from "./ntXent/ntXentLoss.ts";
import { createOimMemory, updateOimMemory } from "./oim/memory.ts";
import { oimLoss } from "./oim/oimLoss.ts";
import { supConLoss } from "./supCon/supConLoss.ts";

/** Axes in four dimensions, whose cosines are 0 and 1 exactly. */
const axes = (n: number, type: typeof Float32Array | typeof Float64Array) => ({
  data: type.from(Array.from({ length: 4 * n }, (_, i) => (i % 5 === 0 ? 1 : 0))),
  shape: [n, 4],
});
const memory = updateOimMemory(
  createOimMemory({ identities: 4, dimension: 4, queueSize: 1 }),
  axes(4, Float32Array),
  [0, 1, 2, 3],
);
const labels = [0, 1, 2, 3];

describe.each([
  ["f32", Float32Array, 1e-6],
  ["f64", Float64Array, 1e-13],
] as const)("%s", (_, type, accuracy) => {
  // log(1 + rivals · exp(−s (1 − m))), s and m being scale and margin; the queue's empty row is a rival of OIM's.
  it.each<readonly [string, AnyLoss, readonly unknown[], object, number, number]>([
    ["cosFaceLoss", cosFaceLoss, [axes(4, type), labels, axes(4, type)], {}, 3, 64 * 0.65],
    ["arcFaceLoss", arcFaceLoss, [axes(4, type), labels, axes(4, type)], { margin: 0 }, 3, 64],
    ["infoNceLoss", infoNceLoss, [axes(4, type), axes(4, type)], { temperature: 0.02 }, 3, 50],
    ["ntXentLoss", ntXentLoss, [axes(4, type), axes(4, type)], { temperature: 0.02 }, 6, 50],
    [
      "supConLoss",
      supConLoss,
      [{ data: type.from([...axes(4, type).data, ...axes(4, type).data]), shape: [8, 4] }, [...labels, ...labels]],
      { temperature: 0.02 },
      6,
      50,
    ],
    ["oimLoss", oimLoss, [axes(4, type), labels, memory], { scale: 50 }, 4, 50],
  ])("%s", (_, loss, args, options, rivals, gap) => {
    const wanted = Math.log1p(rivals * Math.exp(-gap));
    expect(wanted).toBeLessThan(1e-16);
    const value = loss(...args, options) as number;
    expect(value).toBeGreaterThan(0);
    expect(Math.abs(value / wanted - 1)).toBeLessThan(accuracy * gap);
  });

  it("the slope of the own key is the sum of its rivals', to the last digits", () => {
    // x lies between two keys, so that cosines have slopes.
    const x = { data: type.of(1, 0.001, 0, 0), shape: [1, 4] };
    const { grads } = cosFaceLoss.valueAndGrad(x, [0], axes(4, type), { scale: 30, margin: 0.2 });
    // Σ over the classes of ∂L/∂w is tangential to each w, so look along x: −(1 − p) for the own weight's rival axis.
    const w = [...grads.weight.data];
    const [own, rival] = [w[1] as number, w[4] as number];
    const c = [1, 0.001].map((v) => v / Math.hypot(1, 0.001)) as [number, number];
    const z = [30 * (c[0] - 0.2), 30 * c[1], 0, 0];
    const rest = z.slice(1).reduce((sum, v) => sum + Math.exp(v - (z[0] as number)), 0);
    const missed = rest / (1 + rest);
    expect(own / (-30 * missed * c[1])).toBeCloseTo(1, 5);
    expect(rival / (30 * (missed * (Math.exp(z[1] as number) / (Math.exp(z[1] as number) + 2))) * c[0])).toBeCloseTo(
      1,
      5,
    );
  });
});

it("damsmLoss: captions that are certain keep their digits", () => {
  const x = axes(2, Float64Array);
  const words = { data: x.data, shape: [2, 1, 4] };
  const loss = damsmLoss(words, words, [1, 1], x, x, { gamma3: 45 });
  // One word attends to its image's only region: cos is 1 or 0, both ways and for both kinds.
  expect(loss / (4 * Math.log1p(Math.exp(-45)))).toBeCloseTo(1, 10);
});
