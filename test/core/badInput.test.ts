/** What nobody should pass and somebody will: every such call is right, or says what is wrong, and leaves nothing behind. */
import { expect, it } from "vitest";
import * as lossary from "../../src/index.ts";
import { memoryUse } from "../../src/kernel/arena.ts";

const { huberLoss, crossEntropy, perceptualLoss, tverskyLoss, LossaryError } = lossary;
const p = [1, -2, 4];
const t = [0, 0, 0];
// By hand: |d| − 0.5 with delta 1 (0.5, 1.5, 3.5), and with delta 2: d²/2 = 0.5, 2 and 2 · 4 − 2 = 6.
const plain = 5.5 / 3;
const wide = 8.5 / 3;

const faultOf = (call: () => unknown): InstanceType<typeof Error> & { function?: string; argument?: string } => {
  try {
    call();
  } catch (error) {
    return error as Error;
  }
  throw new Error("nothing was thrown");
};

it("an error tells function and argument, and is a LossaryError and a TypeError or RangeError", () => {
  const range = faultOf(() => huberLoss(p, t, { delta: -1 }));
  expect(range).toBeInstanceOf(RangeError);
  expect(range).toBeInstanceOf(LossaryError);
  expect({ ...range, function: range.function, argument: range.argument }).toEqual({
    function: "huberLoss",
    argument: "delta",
  });
  const kind = faultOf(() => crossEntropy([[1, 2]], [0], { weight: [1, "x"] as never }));
  expect(kind).toBeInstanceOf(TypeError);
  expect(kind).toBeInstanceOf(LossaryError);
  expect([kind.function, kind.argument]).toEqual(["crossEntropy", "weight"]);
  const usage = faultOf(() => (huberLoss as (...args: unknown[]) => unknown)(p, t, {}, 1));
  expect([usage.function, usage.argument]).toEqual(["huberLoss", undefined]);
  const misspelt = faultOf(() => huberLoss(p, t, { dleta: 1 } as object));
  expect([misspelt.function, misspelt.argument]).toEqual(["huberLoss", "dleta"]);
  expect(faultOf(() => perceptualLoss([p, [[1]]] as never, [p] as never))).toBeInstanceOf(LossaryError);
  for (const other of [new TypeError("huberLoss: delta is 0"), null, "huberLoss: x", {}])
    expect(other instanceof LossaryError).toBe(false);
});

it("options may be frozen, without a prototype, inherited, or of a class", () => {
  class Options {
    get delta() {
      return 2;
    }
  }
  const bare: { delta?: number } = Object.assign(Object.create(null), { delta: 2 });
  for (const options of [
    Object.freeze({ delta: 2 }),
    bare,
    { __proto__: { delta: 2 } },
    Object.create({ delta: 2 }),
    new Options(),
    new Proxy({ delta: 2 }, {}),
  ])
    expect(huberLoss(p, t, options as { delta: number })).toBe(wide);
  expect(huberLoss(p, t, { __proto__: null } as object)).toBe(plain);
});

it("a misspelt option is found wherever it hides", () => {
  for (const options of [
    { __proto__: { dleta: 2 } },
    Object.assign(Object.create(null), { dleta: 2 }),
    Object.freeze({ dleta: 2 }),
  ])
    expect(() => huberLoss(p, t, options)).toThrow('huberLoss: unknown option "dleta"; did you mean "delta"?');
  expect(() => huberLoss(p, t, JSON.parse('{"__proto__": {"delta": 2}}'))).toThrow(
    'huberLoss: unknown option "__proto__"',
  );
});

it("what a getter throws comes through, nothing is half written, and the next call is right", () => {
  const fault = new Error("own");
  const throwing = (key: string) =>
    Object.defineProperty({}, key, {
      enumerable: true,
      get() {
        throw fault;
      },
    });
  const out = { predictions: new Float64Array(3).fill(7), targets: new Float64Array(3).fill(7) };
  const before = memoryUse();
  const calls: (() => unknown)[] = [
    ...["delta", "reduction", "checkFinite", "wrt", "upstream", "out"].map(
      (key) => () => huberLoss.valueAndGrad(p, t, Object.assign(throwing(key), key === "out" ? {} : { out })),
    ),
    () => huberLoss.valueAndGrad(throwing("data") as never, t, { out }),
    () => huberLoss.valueAndGrad(p, Object.assign(throwing("shape"), { data: t }) as never, { out }),
    () => huberLoss.valueAndGrad(p, t, { out: Object.assign(throwing("targets"), { predictions: out.predictions }) }),
    () => huberLoss.valueAndGrad(p, t, { reduction: "none", upstream: throwing("data") as never, out }),
    () => tverskyLoss([[[0.5]]], [[[1]]], throwing("alpha")),
    () => lossary.iou([[0, 0, 1, 1]], [[0, 0, 1, 1]], throwing("format")),
    () => lossary.createOimMemory(throwing("identities") as never),
  ];
  for (const call of calls) expect(faultOf(call)).toBe(fault);
  for (const array of Object.values(out)) expect([...array]).toEqual([7, 7, 7]);
  expect(memoryUse()).toEqual(before);
  expect(huberLoss(p, t)).toBe(plain);
});

it("each option is read once, at the call, and may change before the next", () => {
  let reads = 0;
  const options = {
    get delta() {
      reads++;
      return reads;
    },
  };
  expect(huberLoss(p, t, options)).toBe(plain);
  expect(reads).toBe(1);
  expect(huberLoss(p, t, options)).toBe(wide);
  const mutable = { delta: 1 };
  expect(huberLoss(p, t, mutable)).toBe(plain);
  mutable.delta = 2;
  expect(huberLoss(p, t, mutable)).toBe(wide);
});

it("holes in arrays are no numbers", () => {
  const holed = [1, 2, 3];
  delete holed[1];
  expect(() => huberLoss(holed, t)).toThrow("huberLoss: predictions[1] is undefined, expected a number");
  expect(() => huberLoss({ data: holed, shape: [3] }, t)).toThrow(
    "huberLoss: predictions: data[1] is undefined, expected a number",
  );
  const rows = [[1], [2]];
  const map = { data: new Float32Array(1), shape: [1, 1, 1, 1] };
  delete rows[1];
  expect(() => crossEntropy(rows, [0, 0])).toThrow(LossaryError);
  expect(() => crossEntropy([[1, 2]], [0], { weight: Object.assign([1], { length: 2 }) })).toThrow(
    "crossEntropy: weight[1] is undefined, expected a number",
  );
  expect(() => perceptualLoss(Object.assign([map], { length: 2 }), [map, map])).toThrow(
    "perceptualLoss: predictions[1] is undefined, expected",
  );
  expect(() => huberLoss.valueAndGrad(p, t, { wrt: Object.assign(["targets"], { length: 2 }) as never })).toThrow(
    "huberLoss: wrt[1] is undefined",
  );
});

it("what cannot be put into words is an error with names all the same", () => {
  const symbol = Symbol("x");
  for (const [call, says] of [
    [
      () => huberLoss({ data: [1], shape: Object.assign([], { length: 1 }) }, t),
      "huberLoss: predictions has shape [undefined]",
    ],
    [() => lossary.resident([symbol as never]), "resident: shape[0] is the symbol Symbol(x), expected a whole number"],
    [() => lossary.resident([2], Object.create(null)), "resident: dtype is an object of type unknown, expected"],
    [
      () => huberLoss(p, t, { delta: { constructor: { name: symbol } } as never }),
      "huberLoss: delta is an object of type Symbol(x)",
    ],
    [() => huberLoss(p, t, { reduction: Object.create(null) }), "huberLoss: reduction is an object of type unknown"],
    [() => huberLoss([1n as never], [1]), "huberLoss: predictions[0] is the bigint 1, expected a number"],
  ] as [() => unknown, string][]) {
    const fault = faultOf(call);
    expect(fault.message.slice(0, says.length)).toBe(says);
    expect(fault).toBeInstanceOf(LossaryError);
  }
});

it("arrays whose memory was handed to somebody else are named", () => {
  const detached = (length: number) => {
    const array = new Float32Array(length);
    structuredClone(array, { transfer: [array.buffer] });
    return array;
  };
  const buffer = (bytes: number) => {
    const array = Buffer.from(new ArrayBuffer(bytes));
    structuredClone(array.buffer, { transfer: [array.buffer] });
    return array;
  };
  const says = "huberLoss: predictions is detached, expected its numbers; its memory was transferred";
  const x = new Float32Array(3);
  expect(() => huberLoss(detached(3), x)).toThrow(says);
  expect(() => huberLoss({ data: detached(3), shape: [3] }, x)).toThrow(says);
  expect(() => huberLoss(buffer(3), x)).toThrow(says);
  expect(() => lossary.iou({ data: detached(4), shape: [0, 4] }, [[0, 0, 1, 1]])).toThrow(
    "iou: boxes1 is detached, expected its numbers",
  );
  expect(() => lossary.editDistance(detached(3), [1])).toThrow("editDistance: a is detached, expected its numbers");
  expect(() => lossary.transportPlan({ data: detached(3), shape: [3, 1] }, [[1]])).toThrow(
    "transportPlan: x is detached",
  );
  expect(() => lossary.rPrecision([[1]], { data: detached(3), shape: [1, 1] })).toThrow(
    "rPrecision: relevant is detached",
  );
  expect(() => huberLoss.valueAndGrad(x, x, { out: { targets: detached(3) } })).toThrow(
    "huberLoss: out.targets is [0], expected [3]",
  );
  using tensor = lossary.resident([3]);
  const old = tensor.data;
  const filling = Array.from({ length: 8 }, () => lossary.resident([1 << 18]));
  if (old.length === 0)
    expect(() => huberLoss(old, x)).toThrow("read it again as `tensor.data`, or pass the resident tensor itself");
  for (const block of filling) block.dispose();
});

it("views of shared memory are numbers like any other", () => {
  const share = (numbers: readonly number[]) => {
    const view = new Float64Array(new SharedArrayBuffer(8 * numbers.length));
    view.set(numbers);
    return view;
  };
  expect(huberLoss(share(p), share(t), { delta: 2 })).toBe(wide);
  const out = share([0, 0, 0]);
  huberLoss.valueAndGrad(share(p), t, { reduction: "sum", out: { predictions: out } });
  expect([...out]).toEqual([1, -1, 1]);
  expect(() => huberLoss.valueAndGrad(out, t, { out: { predictions: out } })).toThrow("shares memory with predictions");
  expect(lossary.rPrecision({ data: share([3, 2, 1]), shape: [1, 3] }, [[1, 0, 0]])).toBe(1);
  expect(lossary.frechetDistance(share([0]), { data: share([1]), shape: [1, 1] }, [2], [[1]])).toBeCloseTo(4, 12);
  const statistics = new lossary.FeatureStatistics(1).update({ data: share([1, 3]), shape: [2, 1] });
  expect(statistics.covariance()).toEqual(Float64Array.of(2));
});
