/** Every misuse throws one line that begins with the loss's name, and leaves the caller's buffers as they were. */
import { expect, it } from "vitest";
import { type AnyLoss, differentiableOf, specOf, toInputs } from "./calls.ts";
import type { LossCase } from "./describeLoss.ts";
import { seeded } from "./random.ts";
import { concrete, drawInputs, type Lengths, lengthsToTry, sizeOf } from "./samples.ts";

export function testMisuse(loss: AnyLoss, { options, draw }: LossCase): void {
  const spec = specOf(loss);
  const { name } = spec;
  const first = options[0] ?? {};
  const lengths = lengthsToTry(spec).find(
    (tried) => sizeOf(concrete(spec.arguments[0]?.shape ?? "", tried)) > 4,
  ) as Lengths;
  const inputs = () => toInputs(loss, drawInputs(spec, lengths, seeded(10), draw), "float64");
  const replaced = (k: number, value: unknown) => inputs().map((input, i) => (i === k ? value : input));
  const floats = spec.arguments.flatMap(({ kind }, k) => (kind === "index" || kind === "state" ? [] : [k]));

  const refuses = (args: readonly unknown[], type: typeof TypeError | typeof RangeError, text: string | RegExp) => {
    for (const call of [() => loss(...args), () => loss.valueAndGrad(...args)]) {
      expect(call).toThrow(type);
      expect(call).toThrow(text);
      expect(call).toThrow(new RegExp(`^${name}[ :]`));
      expect(call).not.toThrow(/\n/);
    }
  };

  it("refuses wrong kinds of arguments, naming the argument", () => {
    for (const [k, argument] of spec.arguments.entries()) {
      if (argument.kind === "state") continue;
      for (const wrong of ["text", 5, null, new Date(0), () => 0])
        refuses([...replaced(k, wrong), first], TypeError, argument.name);
      refuses([...replaced(k, [["a"]]), first], TypeError, /expected a number/);
      refuses([...replaced(k, { data: new Float64Array(3), shape: [2] }), first], RangeError, /asks for 2/);
      if (!argument.emptyAllowed)
        refuses([...replaced(k, { data: new Float64Array(0), shape: [0] }), first], RangeError, argument.name);
    }
    refuses(inputs().slice(0, -1), TypeError, "missing");
    refuses([...inputs(), first, 0.5], TypeError, "options");
    refuses([...inputs(), 0.5], TypeError, "options");
  });

  it("refuses shapes that differ, naming both", () => {
    for (let k = 1; k < spec.arguments.length; k++) {
      const argument = spec.arguments[k];
      const before = new Set(spec.arguments.slice(0, k).flatMap(({ shape }) => shape.split(" ")));
      if (!argument || argument.kind === "state" || !argument.shape.split(" ").some((token) => before.has(token)))
        continue;
      const { data, shape } = inputs()[k] as { data: Float64Array; shape: number[] };
      refuses([...replaced(k, { data, shape: [...shape, 1] }), first], RangeError, argument.name);
    }
  });

  it("refuses unknown options, unknown reductions and values out of range", () => {
    refuses([...inputs(), { ...first, notAnOption: 1 }], TypeError, "notAnOption");
    if (spec.unreduced) refuses([...inputs(), { ...first, reduction: "average" }], RangeError, "reduction");
    else refuses([...inputs(), { ...first, reduction: "mean" }], TypeError, "reduction");
    for (const [key, option] of Object.entries(spec.options)) {
      if (option.type !== "boolean") refuses([...inputs(), { ...first, [key]: true }], errorFor(option.type), key);
      if (option.type === "number") refuses([...inputs(), { ...first, [key]: Number.NaN }], RangeError, key);
      if (option.type === "choice") refuses([...inputs(), { ...first, [key]: "no such choice" }], RangeError, key);
      if (option.type === "boolean") refuses([...inputs(), { ...first, [key]: "yes" }], TypeError, key);
    }
  });

  it("checkFinite names argument and index", () => {
    for (const k of floats) {
      const dirty = inputs();
      const { data } = dirty[k] as { data: Float64Array };
      data[data.length - 1] = Number.NaN;
      refuses(
        [...dirty, { ...first, checkFinite: true }],
        RangeError,
        new RegExp(`${spec.arguments[k]?.name}.*\\[.*NaN`),
      );
    }
  });

  it("refuses wrong wrt, out and upstream, and a failed call leaves out as it was", () => {
    const [grad] = differentiableOf(loss);
    if (grad === undefined) return;
    const k = spec.arguments.findIndex((argument) => argument.name === grad);
    const call =
      (extra: object, args: readonly unknown[] = inputs()) =>
      () =>
        loss.valueAndGrad(...args, { ...first, ...extra });
    const size = inputs()[k]?.data.length ?? 0;
    expect(call({ wrt: ["nobody"] })).toThrow(TypeError);
    expect(call({ out: { nobody: new Float64Array(size) } })).toThrow(TypeError);
    expect(call({ out: { [grad]: new Float32Array(size) } })).toThrow(TypeError);
    expect(call({ out: { [grad]: new Float64Array(size + 1) } })).toThrow(RangeError);
    expect(call({ upstream: "big" })).toThrow(TypeError);
    const same = inputs();
    expect(call({ out: { [grad]: same[k]?.data } }, same)).toThrow(/shares memory/);
    const kept = new Float64Array(size).fill(7);
    const dirty = inputs();
    const firstFloat = dirty[floats[0] as number]?.data as Float64Array;
    firstFloat[0] = Number.POSITIVE_INFINITY;
    expect(call({ out: { [grad]: kept }, checkFinite: true }, dirty)).toThrow(RangeError);
    expect([...kept]).toEqual(new Array(size).fill(7));
  });
}

const errorFor = (type: string) => (type === "choice" ? RangeError : TypeError);
