/** Symbolic shapes: binding, the ellipsis, resolving, and what misfits are told. */
import { describe, expect, it } from "vitest";
import { crossEntropy } from "../../src/losses/classification/crossEntropy/crossEntropy.ts";
import { softmaxFocalLoss } from "../../src/losses/classification/focal/softmaxFocalLoss.ts";
import { l1Loss } from "../../src/losses/regression/l1/l1Loss.ts";
import { Bindings, showSymbolic } from "../../src/tensor/shapes.ts";
import type { IndexInput } from "../../src/tensor/tensor.ts";

describe("bindings", () => {
  it("bind a letter once and demand it ever after", () => {
    const bindings = new Bindings();
    expect(bindings.bind("N C", [2, 3])).toBeNull();
    expect(bindings.bind("N", [2])).toBeNull();
    expect(bindings.bind("C D", [4, 5])).toBe("[3, D]");
    expect(bindings.dims).toMatchObject({ N: 2, C: 3, "...": 1 });
  });

  it("let an ellipsis stand for any number of dimensions, at the end, at the start and in the middle", () => {
    for (const rest of [[], [7], [4, 5, 6]]) {
      const bindings = new Bindings();
      expect(bindings.bind("N ... C", [2, ...rest, 3])).toBeNull();
      expect(bindings.resolve("... N")).toEqual([...rest, 2]);
      expect(bindings.resolve("C ... 4")).toEqual([3, ...rest, 4]);
      expect(bindings.dims["..."]).toBe(rest.reduce((a, b) => a * b, 1));
      expect(bindings.bind("N ...", [2, ...rest, 1])).not.toBeNull();
    }
  });

  it("hold numbers to themselves, and too few dimensions to none", () => {
    expect(new Bindings().bind("N 4", [5, 4])).toBeNull();
    expect(new Bindings().bind("N 4", [5, 3])).toBe("[5, 4]");
    expect(new Bindings().bind("N C ...", [5])).toBe("[N, C, ...]");
    expect(new Bindings().bind("N", [])).toBe("[N]");
  });

  it("know what the leading axes of two shapes have in common", () => {
    const bindings = new Bindings();
    bindings.bind("N C ...", [2, 3, 4, 5]);
    expect(bindings.commonSize("N ...", "N C ...")).toBe(2);
    expect(bindings.commonSize("N C", "N C ...")).toBe(6);
    expect(bindings.commonSize("...", "...")).toBe(20);
  });

  it("show themselves", () => expect(showSymbolic("N C ...")).toBe("[N, C, ...]"));
});

describe("calls", () => {
  const of = (...shape: number[]) => ({ data: new Float64Array(shape.reduce((a, b) => a * b, 1)), shape });

  it("broadcast nothing, and name both arguments and both shapes", () => {
    expect(() => l1Loss(of(8), of(8, 1))).toThrow(
      "l1Loss: targets is [8, 1], expected [8] (predictions is [8]; nothing is broadcast)",
    );
    expect(() => l1Loss(of(2, 3), of(3, 2))).toThrow("l1Loss: targets is [3, 2], expected [2, 3]");
    expect(() => l1Loss(of(2, 3), of(1))).toThrow(RangeError);
    expect(() => crossEntropy(of(2, 3, 4), of(2))).toThrow("crossEntropy: labels is [2], expected [2, 4]");
  });

  it("take a single number as a tensor without dimensions", () => {
    const { value, grads } = l1Loss.valueAndGrad({ data: [3], shape: [] }, { data: [1], shape: [] });
    expect([value, grads.predictions.shape]).toEqual([2, []]);
  });

  it("refuse empty tensors", () =>
    expect(() => l1Loss(of(0, 3), of(0, 3))).toThrow("l1Loss: predictions is empty ([0, 3]); at least one element"));
});

it("shapes that are often met are told the remedy", () => {
  const logits = { data: new Float32Array(64), shape: [8, 8] };
  expect(() => crossEntropy(logits, logits as IndexInput)).toThrow(
    "crossEntropy: labels is [8, 8], expected [8] (logits is [8, 8]; nothing is broadcast); these are class indices: of one-hot rows take the argmax, or give them to softCrossEntropy",
  );
  expect(() => softmaxFocalLoss(logits, logits as IndexInput)).toThrow(
    /; these are class indices: of one-hot rows take the argmax$/,
  );
  const column = { data: new Float32Array(8), shape: [8, 1] };
  expect(() => l1Loss(new Float32Array(8), column)).toThrow(
    "l1Loss: targets is [8, 1], expected [8] (predictions is [8]; nothing is broadcast); reshape it to [8]",
  );
  expect(() => l1Loss(column, new Float32Array(8))).toThrow(/; reshape it to \[8, 1\]$/);
  expect(() => l1Loss(column, new Float32Array(7))).toThrow(/nothing is broadcast\)$/);
});
