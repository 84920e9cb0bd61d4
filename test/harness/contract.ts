/** What the contract promises of every loss: inputs untouched, nothing written beside the outputs, all forms of input. */

import { expect, it } from "vitest";
import { resident } from "../../src/contract/resident.ts";
import { memory, memoryUse } from "../../src/kernel/arena.ts";
import { interval } from "../../src/tensor/interval.ts";
import { arrayTypes, type Dtype, PlacedTensor, type ResidentTensor, type Tensor } from "../../src/tensor/tensor.ts";
import {
  type AnyLoss,
  differentiableOf,
  gradsOf,
  type Options,
  shapeUnder,
  specOf,
  toInputs,
  valueWith,
} from "./calls.ts";
import type { LossCase } from "./describeLoss.ts";
import { seeded } from "./random.ts";
import { concrete, drawInputs, lengthsToTry, type Sample, sizeOf } from "./samples.ts";
import { dtypes } from "./values.ts";

const CANARY = 0xa5;

/** Copies samples into resident tensors, which the caller disposes. */
function toResidents(loss: AnyLoss, samples: readonly Sample[], dtype: Dtype): ResidentTensor[] {
  return toInputs(loss, samples, dtype).map(({ data, shape }) => {
    const tensor = resident(shape, data instanceof Int32Array ? "int32" : dtype);
    tensor.data.set(data);
    return tensor;
  });
}

const alignedEnd = (start: number, bytes: number) => start + Math.ceil(bytes / 64) * 64;

export function testContract(loss: AnyLoss, { options, draw }: LossCase): void {
  const spec = specOf(loss);
  const names = differentiableOf(loss);
  const scalar = spec.unreduced === null;
  const first = options[0] ?? {};
  const lengths = lengthsToTry(spec)[4] ?? { rest: [5] };
  const samples = drawInputs(spec, lengths, seeded(5), draw);

  for (const dtype of dtypes)
    it(`${dtype}: resident inputs and outputs give the same, with every canary after them alive`, () => {
      const before = memoryUse().resident;
      for (const tried of lengthsToTry(spec)) {
        const drawn = drawInputs(spec, tried, seeded(6), draw);
        const inputs = toResidents(loss, drawn, dtype);
        const outs = Object.fromEntries(
          names.map((name) => {
            const k = spec.arguments.findIndex((argument) => argument.name === name);
            return [name, resident((drawn[k] as Sample).shape, dtype)];
          }),
        );
        const guard = resident([64], "int32");
        const all = [...inputs, ...Object.values(outs)];
        const values = scalar
          ? 0
          : sizeOf(concrete(shapeUnder(spec, first), tried)) * arrayTypes[dtype].BYTES_PER_ELEMENT;
        const scratchStart = guard.pointer + 256;
        if (memory.buffer.byteLength < scratchStart + 65536) memory.grow(1);
        new Uint8Array(memory.buffer, guard.pointer).fill(CANARY);
        const gaps: [number, number][] = all.map(({ pointer, data }) => [
          pointer + data.byteLength,
          alignedEnd(pointer, data.byteLength),
        ]);
        for (const [from, to] of gaps) new Uint8Array(memory.buffer).fill(CANARY, from, to);
        gaps.push([scratchStart + values, alignedEnd(scratchStart, values)], [guard.pointer, guard.pointer + 256]);
        const reduction = scalar ? {} : ({ reduction: "none" } as const);
        loss.valueAndGrad(...inputs, { ...first, ...reduction, out: outs });
        const bytes = new Uint8Array(memory.buffer);
        for (const [from, to] of gaps)
          for (let at = from; at < to; at++)
            if (bytes[at] !== CANARY) expect.fail(`byte ${at - from} behind a block was overwritten`);
        const fresh = gradsOf(loss, drawn, { ...first, ...reduction }, dtype);
        for (const name of names) expect([...(outs[name] as ResidentTensor).data]).toEqual(fresh[name]);
        for (const tensor of [guard, ...all]) tensor.dispose();
      }
      expect(memoryUse().resident).toBe(before);
    });

  it("an upstream of 0 gives gradients of exactly 0, whatever the inputs hold", () => {
    const broken = samples.map((sample, k) => {
      const { kind } = spec.arguments[k] as (typeof spec.arguments)[number];
      return kind === "index" || kind === "state" ? sample : { ...sample, data: sample.data.map(() => Number.NaN) };
    });
    for (const dtype of dtypes)
      for (const given of options)
        for (const g of Object.values(gradsOf(loss, broken, { ...given, upstream: 0 }, dtype)).flat())
          expect(g).toBe(0);
  });

  it("inputs are never written to, and the caller's buffers are the results", () => {
    const inputs = toInputs(loss, samples, "float32");
    const before = inputs.map(({ data }) => [...data]);
    const out = Object.fromEntries(
      names.map((name) => [
        name,
        new Float32Array(inputs[spec.arguments.findIndex((a) => a.name === name)]?.data.length ?? 0),
      ]),
    );
    const { grads } = loss.valueAndGrad(...inputs, { ...first, out }) as { grads: Record<string, Tensor> };
    expect(inputs.map(({ data }) => [...data])).toEqual(before);
    const fresh = gradsOf(loss, samples, first, "float32");
    for (const name of names) {
      expect(grads[name]?.data).toBe(out[name]);
      expect([...(out[name] ?? [])]).toEqual(fresh[name]);
    }
  });

  const shapeOf = (name: string) =>
    (samples[spec.arguments.findIndex((argument) => argument.name === name)] as Sample).shape;

  it.skipIf(scalar)("a gradient may be written over the cotangents, whose numbers it needs", () => {
    const random = seeded(8);
    const shape = concrete(shapeUnder(spec, first), lengths);
    const cotangents = Array.from({ length: sizeOf(shape) }, () => Math.fround(random.normal()));
    for (const dtype of dtypes) {
      const copy = { data: arrayTypes[dtype].from(cotangents), shape };
      const wanted = gradsOf(loss, samples, { ...first, reduction: "none", upstream: copy } as Options, dtype);
      for (const name of names) {
        const size = sizeOf(shapeOf(name));
        const call = (upstream: unknown, out: unknown) =>
          loss.valueAndGrad(...toInputs(loss, samples, dtype), {
            ...first,
            reduction: "none",
            wrt: [name],
            upstream,
            out: { [name]: out },
          });
        using block = resident([Math.max(size, cotangents.length)], dtype);
        const array = block.data.slice();
        for (const data of [block.data, array]) data.set(cotangents);
        call(new PlacedTensor(block.pointer, shape, dtype), new PlacedTensor(block.pointer, shapeOf(name), dtype));
        call({ data: array.subarray(0, cotangents.length), shape }, array.subarray(0, size));
        for (const data of [block.data, array]) expect([...data.subarray(0, size)], name).toEqual(wanted[name]);
      }
    }
  });

  it("a gradient over any argument or option is refused, and overwrites nothing", () => {
    const inputs = toInputs(loss, samples, "float64");
    const read = [
      ...inputs.map(({ data, shape }, k) => ({ key: spec.arguments[k]?.name as string, data, shape, k })),
      ...Object.entries(spec.options).flatMap(([key, option]) => {
        // What lies along an axis is of no length where inputs have that axis not.
        if (option.type !== "tensor" || option.axis !== undefined) return [];
        // A symbol of its own, such as the channels of a mask, may have any length.
        const shape = concrete(option.shape, lengths).map((length) => length ?? 1);
        const data = new Float64Array(sizeOf(shape)).fill(interval(option.range)(0.5) ? 0.5 : 1);
        return [{ key, data, shape, k: -1 }];
      }),
    ];
    for (const { key, data, shape, k } of read)
      for (const name of names) {
        const shared = new Float64Array(Math.max(sizeOf(shapeOf(name)), data.length));
        const part = new (data.constructor as Float64ArrayConstructor)(shared.buffer, 0, data.length);
        part.set(data);
        const before = [...shared];
        const own = { data: part, shape };
        const call = () =>
          loss.valueAndGrad(...inputs.map((input, i) => (i === k ? own : input)), {
            ...first,
            ...(k < 0 && { [key]: own }),
            out: { [name]: shared.subarray(0, sizeOf(shapeOf(name))) },
          });
        expect(call).toThrow(`out.${name} shares memory with ${key}; inputs are never written to`);
        expect([...shared]).toEqual(before);
      }
  });

  it("wrt computes what is asked for and nothing else, to the same bits", () => {
    const all = gradsOf(loss, samples, first, "float64");
    for (const name of names)
      expect(gradsOf(loss, samples, { ...first, wrt: [name] }, "float64")).toEqual({ [name]: all[name] });
    const plain = valueWith(loss, samples, first, "float64");
    expect(loss.valueAndGrad(...toInputs(loss, samples, "float64"), first).value).toBe(plain);
  });

  it("takes { data, dims }, nested arrays and BigInt64Array, and computes mixed floats in the wider type", () => {
    const wanted = valueWith(loss, samples, first, "float64");
    const nest = ({ data, shape }: Sample, depth = 0, at = { i: 0 }): unknown =>
      depth === shape.length
        ? data[at.i++]
        : Array.from({ length: shape[depth] as number }, () => nest({ data, shape }, depth + 1, at));
    const floats = spec.arguments.map(({ kind }) => kind !== "index" && kind !== "state");
    const nested = samples.map((sample) => nest(sample));
    expect(loss(...nested, first)).toBe(wanted);
    const dims = toInputs(loss, samples, "float64").map(({ data, shape }, i) =>
      floats[i] ? { data, dims: shape } : { data: BigInt64Array.from(data as Int32Array, BigInt), dims: shape },
    );
    expect(loss(...dims, first)).toBe(wanted);
    const mixed = toInputs(loss, samples, "float32");
    mixed[0] = toInputs(loss, samples, "float64")[0] as (typeof mixed)[number];
    const { value, grads } = loss.valueAndGrad(...mixed, first) as { value: number; grads: Record<string, Tensor> };
    expect(value).toBe(wanted);
    for (const name of names) expect(grads[name]?.data).toBeInstanceOf(Float64Array);
  });

  it("memory stays flat", () => {
    const inputs = toInputs(loss, samples, "float32");
    loss.valueAndGrad(...inputs, first);
    const before = memoryUse();
    for (let i = 0; i < 2000; i++) loss.valueAndGrad(...inputs, first);
    expect(memoryUse()).toEqual(before);
  });
}
