/** Every form of input, and what is said of those that are none. */
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { resident } from "../../src/contract/resident.ts";
import { crossEntropy } from "../../src/losses/classification/crossEntropy/crossEntropy.ts";
import { psnr } from "../../src/losses/image/psnr/psnr.ts";
import { l1Loss } from "../../src/losses/regression/l1/l1Loss.ts";
import { readInput } from "../../src/tensor/read.ts";
import { type FloatInput, type IndexInput, sizeOf } from "../../src/tensor/tensor.ts";

/** An array that holds itself, and one at the bottom of which one does. */
const circle: unknown[] = [];
circle.push(circle);
const deepCircle = [[[circle]]];

const read = (input: unknown) => readInput("f: x", input);

describe("floats", () => {
  it("come in any typed array of numbers", () => {
    for (const Kind of [
      Int8Array,
      Uint8Array,
      Uint8ClampedArray,
      Int16Array,
      Uint16Array,
      Int32Array,
      Uint32Array,
      Float32Array,
      Float64Array,
    ])
      expect(l1Loss(Kind.from([1, 2, 3]), Kind.from([0, 4, 3])), Kind.name).toBe(1);
  });

  it("compute in the wider float type; integers ask for none, and alone give float64", () => {
    const typeOf = (p: FloatInput, t: FloatInput) => l1Loss(p, t, { reduction: "none" }).data.constructor;
    const [f32, f64, u8] = [new Float32Array(1), new Float64Array(1), new Uint8Array(1)];
    expect(typeOf(f32, f32)).toBe(Float32Array);
    expect(typeOf(f32, f64)).toBe(Float64Array);
    expect(typeOf(f32, u8)).toBe(Float32Array);
    expect(typeOf(u8, u8)).toBe(Float64Array);
    expect(typeOf(f32, [0])).toBe(Float64Array);
  });

  it("come on shared memory, as parts of larger buffers, and as views of kernel memory", () => {
    const shared = new Float32Array(new SharedArrayBuffer(8));
    shared.set([1, 2]);
    expect(l1Loss(shared, new Float32Array(2))).toBe(1.5);
    const part = Float64Array.from([9, 1, 2, 9]).subarray(1, 3);
    expect(l1Loss(part, [0, 0])).toBe(1.5);
    using tensor = resident([2]);
    tensor.data.set([1, 2]);
    // Staging so large an input grows the memory, which detaches every view of it.
    const large = { data: new Float32Array(2 ** 22), shape: [2 ** 21, 2] };
    expect(l1Loss(tensor.data, new Float32Array(2))).toBe(1.5);
    expect(l1Loss(large, { data: new Float32Array(2 ** 22), shape: [2 ** 21, 2] })).toBe(0);
    expect(l1Loss(tensor.data, new Float32Array(2))).toBe(1.5);
  });

  it("come as Node's Buffer, as any other subclass of a typed array, and from other realms", () => {
    class Scores extends Float32Array {
      override slice(): never {
        throw new Error("not the slice of a Float32Array");
      }
    }
    const bytes = Buffer.from([9, 1, 2, 3]).subarray(1);
    const foreign = runInNewContext("Float32Array.of(1, 2, 3)") as Float32Array;
    for (const input of [bytes, { data: bytes, shape: [3] }, Scores.of(1, 2, 3), foreign])
      expect(l1Loss(input, Float32Array.of(0, 4, 3))).toBe(1);
    expect(l1Loss(Scores.of(0.1), Float32Array.of(0), { reduction: "none" }).data.constructor).toBe(Float32Array);
    expect(crossEntropy([[0, 0, 0, 0]], Buffer.from([3]))).toBeCloseTo(Math.log(4), 15);
    // The same bytes are the same image.
    const image = { data: bytes, shape: [1, 1, 1, 3] };
    expect(psnr(image, { data: Uint8Array.of(1, 2, 5), shape: [1, 1, 1, 3] })).toBeCloseTo(
      10 * Math.log10(255 ** 2 / (4 / 3)),
      12,
    );
    const out = runInNewContext("new Float32Array(3)") as Float32Array;
    l1Loss.valueAndGrad(foreign, Float32Array.of(0, 4, 3), { out: { predictions: out }, reduction: "sum" });
    expect([...out]).toEqual([1, -1, 0]);
  });

  it("keep their shape when the caller changes the array it came in", () => {
    const shape = [2, 1];
    const { grads } = l1Loss.valueAndGrad({ data: [1, 2], shape }, { data: [0, 0], shape });
    shape[0] = 7;
    expect([grads.predictions.shape, grads.targets.shape]).toEqual([
      [2, 1],
      [2, 1],
    ]);
  });

  it("come nested to any depth, without loss of order", () =>
    fc.assert(
      fc.property(
        fc
          .array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 })
          .chain((shape) =>
            fc.tuple(fc.constant(shape), fc.array(fc.double(), { minLength: sizeOf(shape), maxLength: sizeOf(shape) })),
          ),
        ([shape, data]) => {
          const nest = (at: number, depth: number): unknown =>
            depth === shape.length
              ? data[at]
              : Array.from({ length: shape[depth] as number }, (_, i) =>
                  nest(at * (shape[depth] as number) + i, depth + 1),
                );
          const view = read(nest(0, 0));
          expect(view.shape).toEqual(shape);
          expect(Array.from(view.data as Float64Array)).toEqual(data);
        },
      ),
      { seed: 5, numRuns: 200 },
    ));

  it("may be { data, shape } or { data, dims } around anything", () => {
    for (const data of [[1, 2, 3, 4], Float32Array.from([1, 2, 3, 4]), Uint8Array.from([1, 2, 3, 4])])
      for (const form of [
        { data, shape: [2, 2] },
        { data, dims: [2, 2] },
      ])
        expect(read(form).shape).toEqual([2, 2]);
  });
});

describe("what is no input", () => {
  const cases: [unknown, string][] = [
    [[[1, 2], [3]], "f: x is ragged: [1] has 1 entry where 2 were expected (shape [2, 2])"],
    [[[1, 2], 3], "f: x is ragged: [1] is the number 3, expected an array"],
    [[1, [2]], "f: x is ragged: [1] is an array, expected a number"],
    [
      [
        [1, 2],
        [3, "4"],
      ],
      'f: x[1, 1] is "4", expected a number',
    ],
    [new Array(3), "f: x[0] is undefined, expected a number"],
    [[1, null], "f: x[1] is null, expected a number"],
    [{ data: [1, undefined], shape: [2] }, "f: x: data[1] is undefined, expected a number"],
    [{ data: [1, 2], shape: [3] }, "f: x has 2 numbers, but its shape [3] asks for 3"],
    [{ data: [1, 2], shape: "2" }, 'f: x has shape "2"; expected an array of whole numbers'],
    [{ data: [1, 2] }, "f: x has shape undefined; expected an array of whole numbers"],
    [{ data: "12", shape: [2] }, 'f: x holds "12"; expected a typed array or an array of numbers'],
    [new DataView(new ArrayBuffer(8)), "f: x holds an object of type DataView; expected a typed array"],
    [7, "f: x is the number 7, expected a typed array, nested arrays of numbers, or { data, shape }"],
    [new Map(), "f: x is an object of type Map, expected"],
    [() => 1, "f: x is a function, expected"],
    [Symbol("s"), "f: x is the symbol Symbol(s), expected"],
    [circle, "f: x is nested more than 64 levels deep, as an array that contains itself is"],
    [deepCircle, "f: x is nested more than 64 levels deep"],
    [[[1], circle], "f: x is ragged: [1, 0] is an array, expected a number"],
    [{ data: circle, shape: [1] }, "f: x: data[0] is an object of type Array, expected a number"],
    [{ data: [1], shape: circle }, "f: x has shape []; expected an array of whole numbers"],
    [
      Array.from({ length: 9 }, () => new Array(1e9)),
      "f: x, [9, 1000000000] by its first entries, takes 9000000000 numbers, more than there is room for",
    ],
    [
      { data: () => 1, dataId: {}, shape: [1] },
      'f: x is a tf.Tensor, expected plain numbers; import the loss from "lossary/tfjs"',
    ],
    [
      { data: () => 1, aval: {}, shape: [1] },
      'f: x is a jax-js array, expected plain numbers; import the loss from "lossary/jax"',
    ],
    [{ data: [1], shape: [-1] }, "f: x has shape [-1]; expected an array of whole numbers"],
  ];
  for (const [input, text] of cases) it(text, () => expect(() => read(input)).toThrow(text));
});

describe("class indices", () => {
  const logits = [
    [1, 2, 4],
    [3, 5, 1],
  ];
  const wanted = crossEntropy(logits, [2, 0]);
  const call = (labels: unknown) => crossEntropy(logits, labels as IndexInput);

  it("come in any integer array, in BigInt arrays, and as floats that are whole", () => {
    for (const labels of [
      Int8Array.from([2, 0]),
      Uint8Array.from([2, 0]),
      Uint8ClampedArray.from([2, 0]),
      Int16Array.from([2, 0]),
      Uint16Array.from([2, 0]),
      Int32Array.from([2, 0]),
      Uint32Array.from([2, 0]),
      Float32Array.from([2, 0]),
      Float64Array.from([2, -0]),
      BigInt64Array.from([2n, 0n]),
      BigUint64Array.from([2n, 0n]),
      { data: BigInt64Array.from([2n, 0n]), dims: [2] },
    ])
      expect(call(labels)).toBe(wanted);
  });

  it("are refused where they are not whole numbers of 32 bits", () => {
    const text = (value: string, more = "") => `crossEntropy: labels[1] is ${value}, expected a whole number${more}`;
    expect(() => call([0, 2.5])).toThrow(text("2.5"));
    expect(() => call([0, Number.NaN])).toThrow(text("NaN"));
    expect(() => call([0, Number.POSITIVE_INFINITY])).toThrow(text("Infinity"));
    expect(() => call([0, 2 ** 40])).toThrow(text("1099511627776", " of 32 bits"));
    expect(() => call(BigInt64Array.from([0n, 2n ** 40n]))).toThrow(text("1099511627776", " of 32 bits"));
    expect(() => call(Uint32Array.from([0, 2 ** 32 - 1]))).toThrow(text("4294967295", " of 32 bits"));
  });

  it("name position, range and shape where they lie outside the classes", () => {
    expect(() => call([0, 3])).toThrow("crossEntropy: labels[1] is 3, outside 0…2 (logits are [2, 3])");
    expect(() => call([-1, 0])).toThrow("crossEntropy: labels[0] is -1, outside 0…2");
  });
});
