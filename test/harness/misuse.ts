/** Every misuse throws one line that begins with the loss's name, and leaves the caller's buffers as they were. */
import { expect, it } from "vitest";
import type { FunctionSpec } from "../../src/contract/spec.ts";
import { LossaryError } from "../../src/lossaryError.ts";
import { type AnyLoss, differentiableOf, type Options, specOf, toInputs } from "./calls.ts";
import type { LossCase } from "./describeLoss.ts";
import { seeded } from "./random.ts";
import { concrete, drawInputs, type Lengths, lengthsToTry, sizeOf } from "./samples.ts";

/** A call that is refused, and in which words. */
export interface Refusal {
  readonly args: readonly unknown[];
  readonly type: typeof TypeError | typeof RangeError;
  readonly says: string;
}

/** A letter left out of the middle: misspelt, and close. */
const misspelt = (name: string) =>
  name.slice(0, Math.ceil(name.length / 2)) + name.slice(Math.ceil(name.length / 2) + 1);

/**
 * What every function that has a specification refuses in the same words, whatever it computes and in whichever arrays:
 * `args` are right, `noun` says what its arrays are, and `common` are the options of every such call.
 */
export function refusals(
  { name, arguments: specs, options: own }: FunctionSpec,
  args: readonly unknown[],
  options: Options,
  noun: string,
  common: readonly string[],
): Refusal[] {
  const required = Object.values(own).some((option) => option.required);
  const keys = [...Object.keys(own), ...common];
  const named = specs.map((argument) => `${argument.name}${"default" in argument ? "?" : ""}`);
  const usage = `${name}(${[...named, ...(keys.length > 0 ? [required ? "options" : "options?"] : [])].join(", ")})`;
  const refused: Refusal[] = [];
  const refuse = (type: Refusal["type"], says: string, ...given: readonly unknown[]) =>
    refused.push({ args: given, type, says: `${name}: ${says}` });
  const last = specs.at(-1);
  if (last && !("default" in last))
    refuse(TypeError, `${last.name} is missing; expected ${usage}`, ...args.slice(0, -1));
  const taken = keys.length > 0 ? [options] : [];
  const more = `got ${args.length + taken.length + 1} argument${args.length + taken.length === 0 ? "" : "s"}`;
  refuse(
    TypeError,
    `${more}, expected ${usage}${keys.length > 0 ? "; options go into one object" : ""}`,
    ...args,
    ...taken,
    1,
  );
  for (const [k, { name: argument, kind }] of specs.entries()) {
    if (kind === "state" || kind === "value") continue;
    for (const [wrong, said] of [
      [null, "null"],
      ["text", '"text"'],
      [5, "the number 5"],
      [new Date(0), "an object of type Date"],
      [() => 0, "a function"],
    ])
      refuse(
        TypeError,
        `${argument} is ${said}, expected ${noun}`,
        ...args.map((arg, i) => (i === k ? wrong : arg)),
        ...taken,
      );
  }
  if (keys.length === 0) return refused;
  for (const [wrong, said] of [
    [null, "null"],
    [0.5, "the number 0.5"],
    ["sum", '"sum"'],
    [[1], "an object of type Array"],
    [new Map(), "an object of type Map"],
  ])
    refuse(TypeError, `options is ${said}, expected a plain object`, ...args, wrong);
  const known = keys.map((key) => `"${key}"`).join(", ");
  refuse(TypeError, `unknown option "notAnOption"; it takes ${known}`, ...args, { ...options, notAnOption: 1 });
  for (const key of keys)
    if (key.length > 3 && !keys.includes(misspelt(key)))
      refuse(TypeError, `unknown option "${misspelt(key)}"; did you mean "${key}"?`, ...args, {
        ...options,
        [misspelt(key)]: 1,
      });
  const given = (key: string, value: unknown) => [...args, { ...options, [key]: value }] as const;
  for (const [key, option] of Object.entries(own)) {
    if (option.required) refuse(TypeError, `${key} is missing; expected `, ...given(key, undefined));
    if (option.type === "number") {
      refuse(TypeError, `${key} is "1", expected a number in ${option.range}`, ...given(key, "1"));
      refuse(RangeError, `${key} is NaN, outside ${option.range}`, ...given(key, Number.NaN));
    }
    if (option.type === "choice") {
      const choices = option.choices.map((choice) => `"${choice}"`).join(" or ");
      refuse(RangeError, `${key} is "no such choice", expected ${choices}`, ...given(key, "no such choice"));
    }
    if (option.type === "boolean")
      refuse(TypeError, `${key} is 1, expected true or false`.replace("1", "the number 1"), ...given(key, 1));
    if (option.type === "tensor" && !option.scalar) {
      refuse(TypeError, `${key} is null, expected an array`, ...given(key, null));
      refuse(TypeError, `${key} is the number 2, expected an array`, ...given(key, 2));
    }
    if (option.type === "value") refuse(TypeError, `${key} is the number 5, expected `, ...given(key, 5));
  }
  for (const key of common)
    if (key === "reduction")
      refuse(RangeError, 'reduction is "average", expected "none", "sum" or "mean"', ...given(key, "average"));
    else if (/^(checkFinite|fused|validate|channelsLast)$/.test(key))
      refuse(TypeError, `${key} is "yes", expected true or false`, ...given(key, "yes"));
  return refused;
}

/** Makes each of these calls, and holds it to its words and to its kind of error. */
export function expectRefused(call: (...args: unknown[]) => unknown, { args, type, says }: Refusal): void {
  let error: unknown;
  try {
    call(...args);
  } catch (thrown) {
    error = thrown;
  }
  expect(error, says).toBeInstanceOf(type);
  expect((error as Error).message.slice(0, says.length)).toBe(says);
  expect((error as Error).message).not.toContain("\n");
  expect(error instanceof LossaryError && error.function).toBe(says.slice(0, says.indexOf(":")));
}

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
