/** What every loss of feature maps promises about lists of them. */
import { describe, expect, it } from "vitest";
import { resident } from "../../src/contract/resident.ts";
import type { FeatureLoss } from "../../src/losses/image/perceptual/features.ts";
import { seededRandom } from "../../src/random.ts";
import { expectClose } from "../harness/expectClose.ts";

export function testFeatureLists(loss: FeatureLoss): void {
  const { name } = loss.spec;
  const random = seededRandom(1);
  const map = (...shape: number[]) => ({
    data: Float64Array.from({ length: shape.reduce((a, b) => a * b) }, () => random.normal()),
    shape,
  });
  const shapes = [
    [2, 3, 4, 5],
    [2, 4, 2, 3],
    [2, 1, 1, 1],
  ] as const;
  const x = shapes.map((shape) => map(...shape));
  const y = shapes.map((shape) => map(...shape));
  const weights = [0.5, 2, 3];
  const sameMap = (k: number) => ({ x: x[k] as (typeof x)[number], y: y[k] as (typeof y)[number] });

  describe(`${name} of several layers`, () => {
    it("is the weighted sum of the layers, and so are its gradients, each in its layer's shape", () => {
      const { value, grads } = loss.valueAndGrad(x, y, { weights });
      let wanted = 0;
      for (const [k, weight] of weights.entries()) {
        const single = loss.valueAndGrad(sameMap(k).x, sameMap(k).y, {});
        wanted += weight * single.value;
        expect(grads.predictions[k]?.shape).toEqual(shapes[k]);
        for (const argument of ["predictions", "targets"] as const)
          expectClose(
            grads[argument][k]?.data ?? [],
            [...single.grads[argument].data].map((g) => weight * g),
            1e-12,
            1,
          );
      }
      expectClose([value], [wanted], 1e-14);
      expect(loss(x, y, { weights })).toBe(value);
    });

    it("reduces over images: [N] values, upstream of each, sum and mean", () => {
      const { value, grads } = loss.valueAndGrad(x, y, { reduction: "none", upstream: [1, 0] });
      expect(value.shape).toEqual([2]);
      expect(loss(x, y, { reduction: "sum" })).toBeCloseTo((value.data[0] as number) + (value.data[1] as number), 14);
      expect(loss(x, y)).toBeCloseTo(loss(x, y, { reduction: "sum" }) / 2, 14);
      const second = (grads.predictions[1]?.data ?? new Float64Array(0)).slice(24);
      expect(second.every((g) => g === 0)).toBe(true);
      expect(grads.predictions[1]?.data.some((g) => g !== 0)).toBe(true);
    });

    it("writes gradients to a list of buffers, and computes those asked for alone", () => {
      const out = { targets: shapes.map((shape) => resident(shape, "float64")) };
      const { grads } = loss.valueAndGrad(x, y, { wrt: ["targets"], out });
      expect(Object.keys(grads)).toEqual(["targets"]);
      const wanted = loss.valueAndGrad(x, y).grads.targets;
      for (const [k, tensor] of out.targets.entries()) {
        expect(grads.targets[k]).toBe(tensor);
        expect([...tensor.data]).toEqual([...(wanted[k]?.data ?? [])]);
        tensor.dispose();
      }
    });

    it("a list of one layer gives lists, a tensor gives tensors", () => {
      const [single, list] = [
        loss.valueAndGrad(sameMap(0).x, sameMap(0).y),
        loss.valueAndGrad([sameMap(0).x], [sameMap(0).y]),
      ];
      expect(list.value).toBe(single.value);
      expect(list.grads.predictions[0]?.data).toEqual(single.grads.predictions.data);
    });

    it("refuses lists that do not fit, naming the entry and its shape", () => {
      const refuses = (call: () => unknown, type: typeof TypeError | typeof RangeError, text: string) => {
        expect(call).toThrow(type);
        expect(call).toThrow(`${name}: ${text}`);
      };
      refuses(() => loss(x, y.slice(1)), RangeError, "targets has 2 entries, expected 3 (one for each of predictions)");
      refuses(
        () => loss(x, [y[0], y[2], y[1]] as typeof y),
        RangeError,
        "targets[1] is [2, 1, 1, 1], expected [2, 4, 2, 3]",
      );
      refuses(
        () => loss([x[0], map(3, 1, 1, 1)] as typeof x, y),
        RangeError,
        "predictions[1] is [3, 1, 1, 1], expected [2, C1, H1, W1]",
      );
      refuses(
        () => loss([x[0], map(2, 4)] as typeof x, y),
        RangeError,
        "predictions[1] is [2, 4], expected [2, C1, H1, W1]",
      );
      refuses(() => loss([x[0], "text"] as unknown as typeof x, y), TypeError, 'predictions[1] is "text"');
      refuses(
        () => loss(x, y, { weights: [1, 2] }),
        RangeError,
        "weights is [2], expected [3], one for each feature map",
      );
      refuses(() => loss(x, y, { weights: [1, 2, -1] }), RangeError, "weights[2] is -1, outside [0, ∞)");
      const dirty = { ...sameMap(1).x, data: sameMap(1).x.data.map((value, i) => (i === 7 ? Number.NaN : value)) };
      refuses(
        () => loss([x[0], dirty, x[2]] as typeof x, y, { checkFinite: true }),
        RangeError,
        "predictions[1][0, 1, 0, 1] is NaN",
      );
      refuses(() => loss([], []), RangeError, "predictions is empty");
    });
  });
}
