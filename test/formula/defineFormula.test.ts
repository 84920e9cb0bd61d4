/** Losses that users write as a formula. */
import { describe, expect, it } from "vitest";
import { defineFormula, LossaryError, resident } from "../../src/index.ts";
import { seeded } from "../harness/random.ts";

const pseudoHuber = defineFormula({
  name: "pseudoHuber",
  arguments: { predictions: "N ...", targets: "N ..." },
  options: { delta: { default: 1, range: "(0, ∞)" } },
  formula: (m, { predictions, targets }, { delta }) => {
    const r = m.div(m.sub(predictions, targets), delta);
    return m.mul(m.mul(delta, delta), m.sub(m.sqrt(m.add(m.square(r), 1)), 1));
  },
});

const random = seeded(3);
const numbers = (count: number) => Float64Array.from({ length: count }, () => 2 * random.normal());
const [p, t] = [numbers(6), numbers(6)];
const value = (i: number, delta: number) =>
  delta ** 2 * (Math.sqrt((((p[i] as number) - (t[i] as number)) / delta) ** 2 + 1) - 1);
const slope = (i: number, delta: number) => {
  const r = (p[i] as number) - (t[i] as number);
  return r / Math.sqrt((r / delta) ** 2 + 1);
};
const close = (came: ArrayLike<number>, wanted: readonly number[], accuracy = 1e-14) => {
  expect(came.length).toBe(wanted.length);
  for (const [i, number] of wanted.entries())
    expect(Math.abs((came[i] as number) - number)).toBeLessThan(accuracy * (1 + Math.abs(number)));
};
const six = [0, 1, 2, 3, 4, 5];

describe("a loss from a formula", () => {
  it("has values, sums, means and gradients", () => {
    const wanted = six.map((i) => value(i, 2));
    close(pseudoHuber(p, t, { delta: 2, reduction: "none" }).data, wanted);
    const total = wanted.reduce((a, b) => a + b);
    expect(pseudoHuber(p, t, { delta: 2, reduction: "sum" })).toBeCloseTo(total, 12);
    const { value: mean, grads } = pseudoHuber.valueAndGrad(p, t, { delta: 2 });
    expect(mean).toBeCloseTo(total / 6, 12);
    close(
      grads.predictions.data,
      six.map((i) => slope(i, 2) / 6),
    );
    close(
      grads.targets.data,
      six.map((i) => -slope(i, 2) / 6),
    );
    expect(pseudoHuber(p, t)).toBeCloseTo(six.reduce((sum, i) => sum + value(i, 1), 0) / 6, 12);
  });

  it("takes weights, cotangents, a choice of gradients, buffers and resident tensors, in f32 and of any shape", () => {
    const weights = [1, 0, 2, 0.5, 0, 3];
    const masked = Float64Array.from(p, (x, i) => (weights[i] === 0 ? Number.NaN : x));
    const weighed = pseudoHuber.valueAndGrad(masked, t, { sampleWeight: weights, wrt: ["predictions"] });
    expect(Object.keys(weighed.grads)).toEqual(["predictions"]);
    expect(weighed.value).toBeCloseTo(six.reduce((sum, i) => sum + (weights[i] as number) * value(i, 1), 0) / 6.5, 12);
    close(
      weighed.grads.predictions.data,
      six.map((i) => ((weights[i] as number) * slope(i, 1)) / 6.5),
    );
    const upstream = [1, -2, 0, 1, 2, 3];
    const out = { predictions: new Float64Array(6) };
    const some = pseudoHuber.valueAndGrad(p, t, { reduction: "none", upstream, out });
    close(
      out.predictions,
      six.map((i) => (upstream[i] as number) * slope(i, 1)),
    );
    close(
      some.value.data,
      six.map((i) => value(i, 1)),
    );
    using x = resident([2, 3], "float32");
    x.data.set(p);
    const narrow = pseudoHuber.valueAndGrad(x, { data: Float32Array.from(t), shape: [2, 3] });
    expect(narrow.grads.predictions.shape).toEqual([2, 3]);
    close(
      narrow.grads.predictions.data,
      six.map((i) => slope(i, 1) / 6),
      1e-7,
    );
  });

  it("keeps NaN in its element, in value and gradient", () => {
    const { value: each, grads } = pseudoHuber.valueAndGrad([1, Number.NaN, 3], [0, 0, 0], { reduction: "none" });
    expect([...each.data].map(Number.isNaN)).toEqual([false, true, false]);
    expect([...grads.predictions.data].map(Number.isNaN)).toEqual([false, true, false]);
  });

  it("describes itself, and refuses what it cannot take", () => {
    expect(pseudoHuber.name).toBe("pseudoHuber");
    expect(pseudoHuber.spec.unreduced).toEqual({ shape: "N ...", mean: "number of elements" });
    expect(pseudoHuber.spec.options.delta).toMatchObject({ type: "number", default: 1, range: "(0, ∞)" });
    expect(() => pseudoHuber(p, t, { delta: 0 })).toThrow("pseudoHuber: delta is 0, outside (0, ∞)");
    expect(() => pseudoHuber(p, numbers(5))).toThrow("pseudoHuber: targets is [5], expected [6]");
  });
});

describe("a loss of rows", () => {
  const labelled = defineFormula({
    name: "labelled",
    arguments: { logits: "N C", labels: { shape: "N", kind: "index" }, weights: { shape: "C", differentiable: false } },
    options: { temperature: { default: 1, range: "(0, ∞)" } },
    divisor: (m, { logits, labels, weights }) =>
      m.sumWhere(m.classes(labels, m.shapeOf(logits)[1] as number), m.expand(weights, 0), 1),
    formula: (m, { logits, labels, weights }, { temperature }) => {
      const own = m.classes(labels, m.shapeOf(logits)[1] as number);
      const lost = m.sub(
        m.logSumExp(m.div(logits, temperature), 1),
        m.expand(m.div(m.sumWhere(own, logits, 1), temperature), 1),
      );
      return m.mul(m.sumWhere(own, m.expand(weights, 0), 1), m.reshape(lost, m.shapeOf(labels)));
    },
  });

  it("is right, with a divisor and with weights", () => {
    const logits = [
      [1, 2, 3],
      [0, -1, 4],
    ];
    const [labels, weights, T] = [[2, 1], [1, 2, 0.5], 1.5];
    const losses = logits.map((row, i) => {
      const e = row.map((x) => Math.exp(x / T));
      return (
        (weights[labels[i] as number] as number) *
        -Math.log((e[labels[i] as number] as number) / e.reduce((a, b) => a + b))
      );
    }) as [number, number];
    close(labelled(logits, labels, weights, { temperature: T, reduction: "none" }).data, losses, 1e-13);
    expect(labelled(logits, labels, weights, { temperature: T })).toBeCloseTo((losses[0] + losses[1]) / 2.5, 12);
    const { value: mean, grads } = labelled.valueAndGrad(logits, labels, weights, {
      temperature: T,
      sampleWeight: [3, 1],
    });
    expect(mean).toBeCloseTo((3 * losses[0] + losses[1]) / (3 * 0.5 + 2), 12);
    const h = 1e-5;
    const moved = (by: number) =>
      labelled([[1, 2 + by, 3], logits[1] as number[]], labels, weights, { temperature: T, sampleWeight: [3, 1] });
    expect(grads.logits.data[1]).toBeCloseTo((moved(h) - moved(-h)) / (2 * h), 8);
  });
});

describe("a loss that counts along an axis in its formula", () => {
  const smooth = defineFormula({
    name: "smooth",
    arguments: { x: "N C ..." },
    formula: (m, { x }) => m.sum(m.div(m.square(x), m.shapeOf(x)[1] as number), 1),
  });

  it("is compiled once per length of it, whatever the others are", () => {
    const { Module } = WebAssembly;
    let compiled = 0;
    WebAssembly.Module = class extends Module {
      constructor(bytes: BufferSource) {
        super(bytes);
        compiled++;
      }
    };
    try {
      const value = (shape: number[]) =>
        smooth({ data: Float64Array.from({ length: shape.reduce((a, b) => a * b) }, () => 2), shape });
      expect(
        [
          [2, 3],
          [4, 3],
          [5, 3],
        ].map(value),
      ).toEqual([4, 4, 4]);
      expect(compiled).toBe(1);
      expect(
        [
          [2, 3, 2],
          [1, 3, 4, 3],
        ].map(value),
      ).toEqual([4, 4]);
      expect(compiled).toBe(2);
      expect(value([2, 5])).toBeCloseTo(4, 14);
      expect(compiled).toBe(3);
    } finally {
      WebAssembly.Module = Module;
    }
  });
});

describe("a loss of planes", () => {
  const pixels = defineFormula({
    name: "pixels",
    arguments: {
      logits: "N C ...",
      labels: { shape: "N ...", kind: "index" },
      classWeights: { shape: "C", differentiable: false },
    },
    formula: (m, { logits, labels, classWeights }) => {
      const count = m.shapeOf(classWeights)[0] as number;
      const own = m.classes(labels, count);
      const weight = m.sumWhere(own, m.reshape(classWeights, [count, 1]), 1);
      return m.mul(weight, m.surprisal(own, logits, 1));
    },
  });
  const x = [numbers(3), numbers(3), numbers(3)] as const;
  const [labels, classWeights] = [
    [2, 0, 1],
    [1, 2, 0.5],
  ] as const;
  // Position s has the logits x[0][s], x[1][s], x[2][s].
  const rows = [0, 1, 2].map((s) => x.map((plane) => plane[s] as number));
  const exps = rows.map((row) => row.map(Math.exp));
  const totals = exps.map((row) => row.reduce((a, b) => a + b));
  const wanted = [0, 1, 2].map((s) => {
    const y = labels[s] as 0 | 1 | 2;
    return classWeights[y] * Math.log((totals[s] as number) / (exps[s]?.[y] as number));
  });
  const slopes = [0, 1, 2].flatMap((c) =>
    [0, 1, 2].map((s) => {
      const y = labels[s] as 0 | 1 | 2;
      return classWeights[y] * ((exps[s]?.[c] as number) / (totals[s] as number) - Number(c === y));
    }),
  );

  it("goes along axis 1 of images, and along rows where there are no more axes", () => {
    const images = { data: Float64Array.from(x.flatMap((plane) => [...plane])), shape: [1, 3, 1, 3] };
    const given = { data: Int32Array.from(labels), shape: [1, 1, 3] };
    expect(pixels.plan().kind).toBe("fused");
    const planes = pixels.valueAndGrad(images, given, [...classWeights], { reduction: "none" });
    expect(planes.value.shape).toEqual([1, 1, 3]);
    close(planes.value.data, wanted, 1e-13);
    const { grads } = pixels.valueAndGrad(images, given, [...classWeights], { reduction: "sum" });
    close(grads.logits.data, slopes, 1e-13);
    close(pixels(rows, [...labels], [...classWeights], { reduction: "none" }).data, wanted, 1e-13);
    const weighed = pixels(images, given, [...classWeights], { sampleWeight: { data: [1, 0, 3], shape: [1, 1, 3] } });
    expect(weighed).toBeCloseTo(((wanted[0] as number) + 3 * (wanted[2] as number)) / 4, 12);
  });
});

/** What formulas get that are wrong on purpose. */
// biome-ignore lint/suspicious/noExplicitAny: the compiler would refuse them
type Loose = any;

describe("a formula that is not one", () => {
  const two = { predictions: "N ...", targets: "N ..." } as const;
  const wrong =
    (formula: (...given: Loose[]) => unknown, given: object = two) =>
    () =>
      defineFormula({
        name: "wrong",
        arguments: given as typeof two,
        options: { delta: { default: 1, range: "(0, ∞)" } },
        formula: formula as never,
      });

  it.each([
    [
      "uses values as numbers",
      wrong((m, { predictions }) => (predictions > 0 ? predictions : m.neg(predictions))),
      /wrong: formula uses a value as a JavaScript number/,
    ],
    [
      "computes with Math",
      wrong((m, { predictions }) => m.mul(predictions, Math.exp(predictions))),
      /uses a value as a JavaScript number/,
    ],
    [
      "misspells an option",
      wrong((m, { predictions, targets }, { delat }) => m.mul(m.sub(predictions, targets), delat)),
      /uses delat, and there is no such option \(there are delta\)/,
    ],
    [
      "misspells an argument",
      wrong((m, { prediction }) => m.abs(prediction)),
      /uses prediction, and there is no such argument/,
    ],
    [
      "misspells an operation",
      wrong((m, { predictions }) => m.absolute(predictions)),
      /uses m\.absolute, and there is no such operation/,
    ],
    [
      "has no gradient",
      wrong((m, { predictions, targets }) => m.mul(targets, m.number(m.less(0, predictions)))),
      /gives predictions no gradient/,
    ],
    [
      "holds NaN",
      wrong((m, { predictions, targets }) => m.mul(m.sub(predictions, targets), Number.NaN)),
      /m\.mul got NaN/,
    ],
    [
      "mixes shapes",
      wrong((m, { predictions, targets }) => m.add(m.sum(predictions, 1), m.sum(targets, 1, true)), {
        predictions: "N C",
        targets: "N C",
      }),
      /m\.add: shapes \[N\] and \[N, 1\] do not fit/,
    ],
    [
      "multiplies matrices that do not fit",
      wrong((m, { predictions, targets }) => m.matmul(predictions, targets), { predictions: "N C", targets: "N C" }),
      /wrong: formula m\.matmul: shapes \[N, C\] and \[N, C\] do not fit/,
    ],
    [
      "multiplies by a mask",
      wrong((m, { predictions, targets }) => m.mul(m.less(predictions, targets), predictions)),
      /m\.mul got a mask, expected numbers; m\.number\(mask\) makes zeros and ones of it/,
    ],
    [
      "sums a reshaped mask",
      wrong((m, { predictions, targets }) => m.sum(m.stop(m.less(predictions, targets)))),
      /m\.sum got a mask, expected numbers/,
    ],
    [
      "chooses by numbers",
      wrong((m, { predictions, targets }) => m.where(m.sub(predictions, targets), predictions, targets)),
      /m\.where got numbers where a mask is due; compare them, as by m\.less\(0, x\)/,
    ],
    [
      "negates numbers",
      wrong((m, { predictions, targets }) => m.where(m.not(predictions), predictions, targets)),
      /m\.not got numbers where a mask is due/,
    ],
    ["returns a list", wrong((_m, { predictions }) => [predictions]), /returned a list, expected an array/],
    ["returns a number", wrong(() => 1), /returned a number, expected an array/],
    [
      "throws",
      wrong(() => {
        throw new Error("oops");
      }),
      /wrong: formula failed: oops/,
    ],
  ])("is refused where it %s", (_, define, message) => {
    expect(define).toThrow(message);
    expect(define).toThrow(LossaryError);
  });

  it("is refused where it takes an array of another formula", () => {
    let kept: Loose;
    wrong((m, { predictions, targets }) => {
      kept = m.sub(predictions, targets);
      return kept;
    })();
    expect(wrong((m, { predictions, targets }) => m.mul(m.sub(predictions, targets), kept))).toThrow(
      "wrong: formula m.mul got an array of another formula",
    );
  });
});

describe("a declaration that is not one", () => {
  const formula = (m: Loose, { p }: Loose) => m.square(p);
  const valid = { name: "mine", arguments: { p: "N ..." }, formula };
  const shape = (p: unknown) => ({ ...valid, arguments: { p } });
  const options = (given: unknown) => ({ ...valid, options: given });
  const delta = (given: object) => options({ delta: { default: 0.5, range: "(0, 1)", ...given } });
  const range = (text: unknown) => delta({ range: text });

  const symbols = 'expected upper-case symbols or lengths with spaces between, such as "N ..." or "N C"';
  const kinds = 'expected "float" or "probability" or "sign" or "box" or "index"';
  const interval = "expected an interval such as (0, ∞)";
  const last = 'expected "..." once, as the last symbol';

  it.each<[declaration: unknown, message: string]>([
    [undefined, "defineFormula: declaration is missing; expected an object with name, arguments and formula"],
    [null, "defineFormula: declaration is null, expected an object with name, arguments and formula"],
    ["a", 'defineFormula: declaration is "a", expected an object with name, arguments and formula'],
    [{ ...valid, option: {} }, 'mine: declaration has the unknown key "option"; did you mean "options"?'],
    [{ nmae: "mine" }, 'defineFormula: declaration has the unknown key "nmae"; did you mean "name"?'],
    [{ ...valid, name: undefined }, 'defineFormula: name is missing; expected a name such as "myLoss"'],
    [{ ...valid, name: "" }, 'defineFormula: name is "", expected a name such as "myLoss"'],
    [{ ...valid, name: "a\nb" }, 'defineFormula: name is "a\\nb", expected a name such as "myLoss"'],
    [{ ...valid, name: 3 }, 'defineFormula: name is the number 3, expected a name such as "myLoss"'],
    [{ ...valid, formula: undefined }, "mine: formula is missing; expected a function"],
    [{ ...valid, formula: "p" }, 'mine: formula is "p", expected a function'],
    [{ ...valid, divisor: 2 }, "mine: divisor is the number 2, expected a function"],
    [{ ...valid, docs: { sumary: "" } }, 'mine: docs has the unknown key "sumary"; did you mean "summary"?'],
    [{ ...valid, arguments: undefined }, "mine: arguments is missing; expected an object of shapes by name"],
    [
      { ...valid, arguments: ["N"] },
      "mine: arguments is an object of type Array, expected an object of shapes by name",
    ],
    [{ ...valid, arguments: {} }, "mine: arguments is empty; expected at least one argument"],
    [
      { ...valid, arguments: { "a b": "N" } },
      'mine: arguments has the name "a b", expected one such as "delta" or "low_2"',
    ],
    [
      { ...valid, arguments: { ["__proto__"]: "N" } },
      'mine: arguments has the name "__proto__", which JavaScript uses itself; expected another',
    ],
    [shape(3), 'mine: arguments.p is the number 3, expected a shape such as "N ..." or an object with one'],
    [shape({ kind: "float" }), 'mine: arguments.p.shape is missing; expected a shape such as "N ..."'],
    [
      shape({ shape: "N", differntiable: false }),
      'mine: arguments.p has the unknown key "differntiable"; did you mean "differentiable"?',
    ],
    [
      shape({ shape: "N", differentiable: 0 }),
      "mine: arguments.p.differentiable is the number 0, expected true or false",
    ],
    [shape({ shape: "N", kind: "flaot" }), `mine: arguments.p.kind is "flaot", ${kinds}`],
    [
      shape({ shape: "N", kind: "index", classes: 3n }),
      'mine: arguments.p.classes is the bigint 3, expected a symbol such as "C" or a whole number ≥ 1',
    ],
    [shape({ shape: "N", doc: "a\nb" }), 'mine: arguments.p.doc is "a\\nb", expected one line'],
    [shape("n c"), `mine: arguments.p is "n c", ${symbols}`],
    [shape({ shape: "N,C" }), `mine: arguments.p.shape is "N,C", ${symbols}`],
    [shape("N 0"), `mine: arguments.p is "N 0", ${symbols}`],
    [shape("... N"), `mine: arguments.p is "... N", ${last}`],
    [shape("N ... C"), `mine: arguments.p is "N ... C", ${last}`],
    [shape("N ... ..."), `mine: arguments.p is "N ... ...", ${last}`],
    [options(null), "mine: options is null, expected an object of options by name"],
    [options({ delta: 1 }), "mine: options.delta is the number 1, expected an object with default and range"],
    [
      options({ reduction: { default: 1, range: "(0, ∞)" } }),
      'mine: options has the name "reduction", which is an option of every loss; expected another',
    ],
    [
      options({ toString: { default: 1, range: "(0, ∞)" } }),
      'mine: options has the name "toString", which JavaScript uses itself; expected another',
    ],
    [delta({ defualt: 1 }), 'mine: options.delta has the unknown key "defualt"; did you mean "default"?'],
    [delta({ default: undefined }), "mine: options.delta.default is missing; expected a number in (0, 1)"],
    [delta({ default: null }), "mine: options.delta.default is null, expected a number in (0, 1)"],
    [delta({ default: 1n }), "mine: options.delta.default is the bigint 1, expected a number in (0, 1)"],
    [delta({ default: -1, range: "(0, ∞)" }), "mine: options.delta.default is -1, outside (0, ∞)"],
    [delta({ default: Number.NaN }), "mine: options.delta.default is NaN, outside (0, 1)"],
    [delta({ integer: true }), "mine: options.delta.default is 0.5, expected a whole number"],
    [delta({ integer: 1 }), "mine: options.delta.integer is the number 1, expected true or false"],
    [range(undefined), `mine: options.delta.range is missing; ${interval}`],
    [range([0, 1]), `mine: options.delta.range is an object of type Array, ${interval}`],
    ...["", "0..1", "(0 ∞)", "[a, b]", "[NaN, 1]", "[1, 0]", "(0, 0)", "[0, 0)", "{a}"].map(
      (text): [unknown, string] => [range(text), `mine: options.delta.range is "${text}", ${interval}`],
    ),
  ])("is refused: $1", (declaration, message) => {
    const define = () => defineFormula(declaration as never);
    expect(define).toThrow(LossaryError);
    expect(define).toThrow(expect.objectContaining({ message }));
  });

  it.each(["(0,1)", "[-∞, ∞]", "[−1, 1]", "[0.5, 0.5]", "{0.5, 1}", "[-Infinity, 1e3)"])(
    "but %s is a range",
    (text) => {
      expect(defineFormula(range(text) as never)).toBeTypeOf("function");
    },
  );

  it.each(["", "1", "N N", "...", "N  C", "N C ...", "Batch C_1"])('and "%s" a shape', (text) => {
    const sum = (m: Loose, { p }: Loose) => m.sum(m.square(p));
    expect(defineFormula({ ...shape(text), formula: sum } as never)).toBeTypeOf("function");
  });
});
