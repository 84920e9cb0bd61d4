/** `checkLoss`: it finds what is wrong with a loss and says why, and finds nothing wrong with the package's own. */
import { describe, expect, it, vi } from "vitest";
import {
  checkLoss,
  combine,
  crossEntropy,
  defineFormula,
  diceLoss,
  huberLoss,
  l1Loss,
  l2Loss,
  normalize,
  oneHot,
  sigmoid,
  softmax,
  type Tensor,
} from "../../src/index.ts";
import { convert, inputsOf, losses, optionsOf } from "../engines/cases.ts";
import type { AnyLoss } from "../harness/calls.ts";

const pair = { predictions: "N ...", targets: "N ..." } as const;
const rows = { first: "N D", second: "N D" } as const;

interface Result {
  readonly value: unknown;
  readonly grads: Record<string, Tensor>;
}

type Given = Readonly<Record<string, unknown>>;

/** A loss whose `valueAndGrad` is altered. */
function altered(
  loss: AnyLoss,
  alter: (result: Result, args: readonly { readonly data: ArrayLike<number> }[], options: Given) => Result | undefined,
  before: (options: Given) => Given = (options) => options,
): AnyLoss {
  const change = (args: readonly unknown[]) => [...args.slice(0, -1), before(args.at(-1) as Given)];
  return Object.assign((...args: unknown[]) => loss(...change(args)), {
    spec: loss.spec,
    valueAndGrad: (...args: unknown[]) => {
      const result = loss.valueAndGrad(...change(args)) as Result;
      return alter(result, args.slice(0, -1) as never, args.at(-1) as Given) ?? result;
    },
  });
}

/** Its gradients, each number changed. */
const regraded = (
  { value, grads }: Result,
  change: (g: number, i: number, name: string, count: number) => number,
): Result => ({
  value,
  grads: Object.fromEntries(
    Object.entries(grads).map(([name, { data, shape }]) => [
      name,
      { data: data.map((g, i) => change(g, i, name, data.length)) as Float64Array, shape },
    ]),
  ),
});

const times = (factor: number) => altered(l2Loss, (result) => regraded(result, (g) => factor * g));

const faults: readonly (readonly [title: string, loss: () => AnyLoss, check: string, words: RegExp])[] = [
  ["a sign", () => times(-1), "gradient", /its sign is the opposite everywhere/],
  ["a factor of 2", () => times(2), "gradient", /it is twice the slope everywhere/],
  ["a factor of 1/2", () => times(0.5), "gradient", /it is half the slope everywhere/],
  ["another factor", () => times(3), "gradient", /it is 3 times the slope everywhere/],
  [
    "a division by the number of values too many",
    () => altered(l2Loss, (result) => regraded(result, (g, _, __, count) => g / count)),
    "gradient",
    /it is 1\/the number of values of the slope everywhere/,
  ],
  [
    "a division by the number of columns missing",
    () => {
      const loss = defineFormula({
        name: "meanOfColumns",
        arguments: rows,
        formula: (m, { first, second }) => m.mean(m.square(m.sub(first, second)), 1),
      });
      const columns = (args: readonly unknown[]) => (args[0] as Tensor).shape[1] as number;
      return altered(loss, (result, args) => regraded(result, (g) => g * columns(args)));
    },
    "gradient",
    /it is D times the slope everywhere: is the value divided by D/,
  ],
  [
    "a gradient of one argument that is 0",
    () => altered(l2Loss, (result) => regraded(result, (g, _, name) => (name === "targets" ? 0 : g))),
    "gradient",
    /gradient for targets\[\d+\] is 0, .*; the gradient is 0 everywhere: does nothing but constants/,
  ],
  [
    "a factor that is stopped",
    () =>
      defineFormula({
        name: "stopped",
        arguments: pair,
        formula: (m, { predictions, targets }) => {
          const r = m.sub(predictions, targets);
          return m.mul(m.stop(m.square(r)), m.square(r));
        },
      }),
    "gradient",
    /it is half the slope everywhere/,
  ],
  [
    "a term that is stopped",
    () =>
      defineFormula({
        name: "dropped",
        arguments: pair,
        formula: (m, { predictions, targets }) => {
          const r = m.sub(predictions, targets);
          return m.add(m.square(r), m.stop(m.mul(m.softplus(predictions), targets)));
        },
      }),
    "gradient",
    /is a term missing from the gradient, or held constant \(m\.stop\)\?/,
  ],
  [
    "a term that is stopped on one side",
    () =>
      defineFormula({
        name: "oneSided",
        arguments: pair,
        formula: (m, { predictions, targets }) => {
          const r = m.sub(predictions, targets);
          return m.where(m.less(0, r), m.square(r), m.square(m.stop(r)));
        },
      }),
    "gradient",
    /the value has a slope that the gradient does not have: is something stopped/,
  ],
  [
    "a gradient that is wrong under one value of an option",
    () => altered(huberLoss, (result, _, { delta }) => (delta === 2 ? regraded(result, (g, i) => g * i) : undefined)),
    "gradient",
    /only with \{"delta":2\}/,
  ],
  [
    "a slope on the kink that neither side has",
    () => altered(l1Loss, (result, [p, t]) => regraded(result, (g, i) => (p?.data[i] === t?.data[i] ? 5 : g))),
    "kink",
    /is 5 on a kink or beside one, where the value's slope is -1 on the left and 1 on the right/,
  ],
  [
    "a root without a guard where arguments are equal",
    () =>
      defineFormula({
        name: "unguarded",
        arguments: pair,
        formula: (m, { predictions, targets }) => m.sqrt(m.square(m.sub(predictions, targets))),
      }),
    "finite",
    /gradient for predictions\[0\] is (NaN|∞) where predictions and targets are equal; .* choose by m\.where on m\.equal\(x, 0\)/,
  ],
  [
    "a norm without a guard for the zero vector",
    () =>
      defineFormula({
        name: "length",
        arguments: { vectors: "N D" },
        formula: (m, { vectors }) => m.sqrt(m.sum(m.square(vectors), 1)),
      }),
    "finite",
    /gradient for vectors\[0\] is (NaN|∞) where vectors is 0; .* zero vector: .* m\.norm/,
  ],
  [
    "an angle without a guard for the zero vector",
    () =>
      defineFormula({
        name: "angle",
        arguments: rows,
        formula: (m, { first, second }) => {
          const dot = m.sum(m.mul(first, second), 1);
          return m.div(dot, m.sqrt(m.mul(m.sum(m.square(first), 1), m.sum(m.square(second), 1))));
        },
      }),
    "finite",
    /value is NaN where first is 0/,
  ],
  [
    "a value that is not defined for all numbers",
    () =>
      defineFormula({
        name: "poisson",
        arguments: pair,
        formula: (m, { predictions, targets }) => m.sub(predictions, m.mul(targets, m.log(predictions))),
      }),
    "finite",
    /value.* is NaN .*pass samples from where it is/,
  ],
  [
    "an overflow in float32",
    () =>
      defineFormula({
        name: "naiveSoftplus",
        arguments: { logits: "N ..." },
        formula: (m, { logits }) => m.log(m.add(1, m.exp(logits))),
      }),
    "float32",
    /value.* is ∞ where numbers are about ±100, in float32 only; .* m\.softplus/,
  ],
  [
    "digits that float32 does not have",
    () =>
      defineFormula({
        name: "cancelling",
        arguments: { logits: "N ..." },
        formula: (m, { logits }) => m.sub(m.add(m.square(logits), 1e6), 1e6),
      }),
    "float32",
    /the value in float32 is .* nearly equal numbers cancel/,
  ],
  [
    "NaN that a mask hides",
    () =>
      defineFormula({
        name: "hiding",
        arguments: { logits: "N ..." },
        formula: (m, { logits }) => m.where(m.less(0, logits), logits, 0),
      }),
    "nan",
    /value is .* where logits\[\d\] is NaN; it should be NaN: a mask is false for NaN and hides it/,
  ],
  [
    "a mean's gradient over another divisor",
    () =>
      altered(l2Loss, (result, [p], { reduction }) =>
        reduction === "mean" ? regraded(result, (g) => g * (p?.data.length as number)) : undefined,
      ),
    "reduction",
    /with reduction "mean" the gradient for predictions\[0\] is .*\(\d+ times as much\); value and gradient are those of "sum" over one divisor/,
  ],
  [
    "a mean over another count in value and gradient",
    () =>
      altered(l2Loss, ({ value, grads }, _, { reduction }) =>
        reduction === "mean" ? regraded({ value: 0.5 * (value as number), grads }, (g) => 0.5 * g) : undefined,
      ),
    "reduction",
    /the value with reduction "mean" is .*\(0\.5 times as much\)/,
  ],
  [
    "weights that are not used",
    () =>
      altered(
        l2Loss,
        () => undefined,
        ({ sampleWeight: _, ...options }) => options,
      ),
    "sampleWeight",
    /the value under sampleWeight is .* each value and its gradient should be multiplied by its weight/,
  ],
  [
    "a cotangent that is not used",
    () =>
      altered(
        l2Loss,
        () => undefined,
        ({ upstream: _, ...options }) => options,
      ),
    "upstream",
    /under an upstream of −3 the gradient for predictions\[0\] is .* upstream multiplies the gradient/,
  ],
  [
    "a gradient that depends on which are asked for",
    () => altered(l2Loss, (result, _, { wrt }) => (wrt ? regraded(result, (g) => g + 1) : undefined)),
    "wrt",
    /it depends on which gradients are asked for/,
  ],
  [
    "a gradient that is not a number",
    () => altered(l2Loss, (result) => regraded(result, (g, i) => (i === 1 ? Number.NaN : g))),
    "gradient",
    /gradient for predictions\[1\] is NaN, central differences give .* the value is smooth here/,
  ],
];

describe("a loss that is wrong", () => {
  it.each(faults)("is found out: %s", (_, make, check, words) => {
    const report = checkLoss(make());
    expect(report.ok).toBe(false);
    const found = report.findings.filter((finding) => finding.check === check);
    expect(found.map(({ message }) => message).join("\n"), report.text).toMatch(words);
  });

  it("is told by argument, place and numbers", () => {
    const { findings, text } = checkLoss(times(2), [
      [1, 3],
      [0, 0],
    ]);
    const [first] = findings;
    expect(first).toMatchObject({ check: "gradient", argument: "predictions", options: {} });
    expect(first?.got).toBeCloseTo(2 * (first?.expected as number), 5);
    expect(text.split("\n")).toHaveLength(findings.length);
    expect(text).toMatch(
      /^l2Loss: gradient for predictions\[\d\] is \S+, central differences give \S+ \(relative error 1; /,
    );
    expect(text).toMatch(/predictions = [13], targets = 0;/);
  });
});

describe("a loss that is right", () => {
  /** What a specification alone does not tell: a state, images that are large enough; or is drawn too large for a test. */
  const own = ["oimLoss", "msSsim", "msSsimLoss", "ssim", "ssimLoss", "slicedWassersteinDistance"];

  it("passes, each of the catalog", { timeout: 60_000 }, () => {
    const wrong = Object.entries(losses).flatMap(([name, loss]) => {
      const samples = own.includes(name)
        ? optionsOf(name).map((options) => [
            ...inputsOf(name, 1, false).map((input) => convert(input, ({ data, shape }) => ({ data, shape }))),
            options,
          ])
        : undefined;
      const report = checkLoss(loss, samples);
      return report.ok && (report.compared > 0 || "heldConstant" in loss.spec) ? [] : [report.text];
    });
    expect(wrong).toEqual([]);
    expect(Object.keys(losses).length).toBeGreaterThan(60);
  });

  it.each([sigmoid, softmax, normalize])("passes, an activation: %o", (activation) => {
    const report = checkLoss(activation);
    expect(report.text).toMatch(/nothing found; \d+ numbers/);
    expect(report).toMatchObject({ ok: true, findings: [] });
  });

  it("passes, a combination on samples", () => {
    const loss = combine({
      crossEntropy,
      dice: { loss: diceLoss, weight: 0.5, activation: softmax, targets: (labels) => [oneHot(labels, 3)] },
    });
    const logits = { data: Float64Array.of(1, -2, 0.5, 3, 0.2, -1), shape: [2, 3] };
    const report = checkLoss(loss, [logits, [2, 0]]);
    expect(report.text).toBe("combine: nothing found; 6 numbers of gradients agree with differences of the value");
    const doubled = altered(loss as never, (result) => regraded(result, (g) => 2 * g));
    expect(checkLoss(doubled, [logits, [2, 0]]).text).toContain("it is twice the slope everywhere");
  });

  it("passes, a combination that says what it takes", () => {
    expect(checkLoss(combine({ l2Loss, huber: { loss: huberLoss, weight: 0.5 } })).text).toMatch(
      /nothing found; \d\d numbers/,
    );
  });

  it("says what its gradient holds constant, also where its user declares that", () => {
    const loss = defineFormula({
      name: "held",
      arguments: pair,
      docs: { heldConstant: "the size of the residual" },
      formula: (m, { predictions, targets }) => {
        const r = m.sub(predictions, targets);
        return m.mul(m.stop(m.softplus(m.square(r))), m.square(r));
      },
    });
    expect(checkLoss(loss).text).toBe(
      "held: nothing found; gradients were not compared with differences of the value, since they hold constant the size of the residual",
    );
  });
});

describe("the samples of a check", () => {
  const positive = defineFormula({
    name: "poisson",
    arguments: pair,
    options: { scale: { default: 1, range: "(0, ∞)" } },
    formula: (m, { predictions, targets }, { scale }) =>
      m.mul(scale, m.sub(predictions, m.mul(targets, m.log(predictions)))),
  });
  const nested = [
    [1, 2],
    [3, 4],
  ];

  it("are one call or several, with options", () => {
    expect(
      checkLoss(positive, [
        [0.5, 2],
        [1, 3],
      ]),
    ).toMatchObject({ ok: true, compared: 4 });
    expect(checkLoss(positive, [Float32Array.of(0.5, 2), [1, 3], { scale: 2, reduction: "sum" }])).toMatchObject({
      ok: true,
      compared: 4,
    });
    const calls = [
      [Float64Array.of(0.5), [1], { scale: 2 }],
      [
        [0.5, 2, 3],
        [1, 3, 2],
      ],
    ];
    expect(checkLoss(positive, calls)).toMatchObject({ ok: true, compared: 8 });
    // Two matrices could also be two calls of two vectors.
    expect(checkLoss(positive, [nested, nested])).toMatchObject({ ok: true, compared: 8 });
  });

  it("tell what is wrong with them in the words of the loss, and are asked for where they cannot be drawn", () => {
    expect(() => checkLoss(positive, [[1, 2], [1]])).toThrow("poisson: targets is [1], expected [2]");
    expect(() => checkLoss(positive, [])).toThrow("checkLoss: samples is empty, expected the arguments of a call");
    const made = combine({ l2: { loss: l2Loss, targets: (scale) => [scale] } });
    expect(() => checkLoss(made)).toThrow(
      "checkLoss: samples is missing; combine takes target1, which cannot be drawn",
    );
    expect(() => checkLoss(losses.oimLoss as never)).toThrow(
      "samples is missing; oimLoss takes memory, which cannot be drawn",
    );
    expect(() => checkLoss(Math.max as never)).toThrow("checkLoss: loss is a function, expected a loss");
  });

  it("are drawn alike each time, and nothing is printed or changed", () => {
    const spies = (["log", "warn", "error"] as const).map((name) => vi.spyOn(console, name));
    const inputs = [Float64Array.of(0.5, 2), Float64Array.of(1, 3)];
    const before = inputs.map((input) => [...input]);
    expect(checkLoss(positive)).toEqual(checkLoss(positive));
    checkLoss(positive, inputs);
    expect(inputs.map((input) => [...input])).toEqual(before);
    for (const spy of spies) {
      expect(spy).not.toHaveBeenCalled();
      spy.mockRestore();
    }
  });

  it("that nothing can be compared at are said to be so", () => {
    const report = checkLoss(l1Loss, [
      [1, 2],
      [1, 2],
    ]);
    expect(report.compared).toBe(0);
    expect(report.text).toMatch(/no number of a gradient could be compared/);
  });
});
