/** Every formula of the catalog that becomes a kernel, and every one by tensor operations, against the kernel written by hand. */
import { describe, expect, it } from "vitest";
import { InvalidFormula } from "../../src/formula/invalid.ts";
import type { Dtype } from "../../src/tensor/tensor.ts";
import { expectAgreement } from "../engines/agreement.ts";
import { caseOf, inputsOf, isSample, losses, lossNames, optionsOf } from "../engines/cases.ts";
import { fused } from "../engines/fused.ts";
import { type AnyLoss, differentiableOf, type Options, specOf, toInputs } from "../harness/calls.ts";
import { expectClose } from "../harness/expectClose.ts";
import { seeded } from "../harness/random.ts";
import { drawInputs, type Sample } from "../harness/samples.ts";
import { type Compiled, compiledLoss } from "./compiled.ts";
import { valueAndGrad } from "./onTensorOperations.ts";

/** Losses that must not cease to compile. */
const known = [
  ...[
    "binaryCrossEntropy",
    "crossEntropy",
    "softCrossEntropy",
    "focalLoss",
    "softmaxFocalLoss",
    "logLoss",
    "binaryLogLoss",
  ],
  ...[
    "hingeLoss",
    "squaredHingeLoss",
    "multiclassHingeLoss",
    "logisticLoss",
    "gradientPenalty",
    "wassersteinGeneratorLoss",
  ],
  ...["distillationLoss", "jensenShannonDivergence", "klDivergence", "klDivergenceFromLogits"],
  ...["contrastiveLoss", "cosineEmbeddingLoss", "marginRankingLoss", "quadrupletLoss", "tripletLoss"],
  ...[
    "charbonnierLoss",
    "huberLoss",
    "smoothL1Loss",
    "l1Loss",
    "l2Loss",
    "logCoshLoss",
    "multiQuantileLoss",
    "quantileLoss",
  ],
  ...["tdLoss", "diceLoss", "jaccardLoss", "tverskyLoss"],
];

/** How far two kernels may be apart: of each number, and where it is small beside the largest, of a fifth of that. */
const ACCURACY: Readonly<Record<Dtype, number>> = { float32: 4e-6, float64: 2e-13 };
const FLOOR = 0.2;

const made = new Map<string, Compiled | null>();

function compiled(name: string, options: Options): Compiled | null {
  const key = `${name} ${JSON.stringify(options)}`;
  if (!made.has(key)) {
    let found: Compiled | null = null;
    try {
      found = compiledLoss(name, options);
    } catch (error) {
      if ((error as Error).constructor.name !== "NotCompiled") throw error;
    }
    made.set(key, found);
  }
  return made.get(key) as Compiled | null;
}

type Call = (
  loss: AnyLoss,
  inputs: unknown[],
) => { value: unknown; grads: Record<string, { data: ArrayLike<number> }> };

function compare(
  name: string,
  options: Options,
  { loss }: Compiled,
  samples: readonly Sample[],
  dtype: Dtype,
  hint: string,
  accuracy = ACCURACY[dtype],
) {
  const hand = losses[name] as AnyLoss;
  const inputs = toInputs(hand, samples, dtype);
  const random = seeded(5);
  const { shape } = hand(...inputs, { ...options, reduction: "none" }) as { shape: number[] };
  const size = shape.reduce((product, length) => product * length, 1);
  // Some cotangents are 0: of what they belong to nothing is left.
  const upstream = { data: Float64Array.from({ length: size }, () => Math.max(0, random.normal())), shape };
  const calls: Call[] = [
    (own, given) => own.valueAndGrad(...given, { ...options, reduction: "none", upstream }),
    (own, given) => own.valueAndGrad(...given, { ...options, reduction: "sum", upstream: 0.7 }),
  ];
  for (const call of calls) {
    const [came, wanted] = [call(loss, inputs), call(hand, inputs)];
    const numbers = (value: unknown) =>
      typeof value === "number" ? [value] : (value as { data: ArrayLike<number> }).data;
    expectClose(numbers(came.value), numbers(wanted.value), accuracy, FLOOR, `${hint} value`, 1);
    for (const argument of differentiableOf(hand)) {
      const [a, b] = [came.grads[argument]?.data, wanted.grads[argument]?.data] as [
        ArrayLike<number>,
        ArrayLike<number>,
      ];
      expectClose(a, b, accuracy, FLOOR, `${hint} ${argument}`, 0.05);
    }
  }
}

/** The losses that compile under at least one of their options. */
const compiling = lossNames.filter((name) => optionsOf(name).some((options) => compiled(name, options)));

it("compiles every loss it is known to compile", () => {
  expect(known.filter((name) => !compiling.includes(name))).toEqual([]);
});

const dtypes = ["float32", "float64"] as const;

/** Losses along classes that lie apart. */
const inPlanes = [
  ...["crossEntropy", "softCrossEntropy", "softmaxFocalLoss", "logLoss", "multiclassHingeLoss", "distillationLoss"],
  ...["klDivergence", "klDivergenceFromLogits", "jensenShannonDivergence"],
];

describe.each(inPlanes)("%s in planes", (name) => {
  // Worked on in parts, of so many classes that few positions fit side by side.
  it("of 150 classes", () => {
    const own = compiled(name, {}) as Compiled;
    expect(own.planes).toBe(true);
    const lengths = { N: 1, C: 150, D: 1, Q: 1, rest: [501] };
    const samples = drawInputs(specOf(losses[name] as AnyLoss), lengths, seeded(3), caseOf(name).draw);
    // Of so many numbers the worst are farther apart.
    for (const dtype of dtypes) compare(name, {}, own, samples, dtype, dtype, 2 * ACCURACY[dtype]);
  });
});

describe.each(compiling)("%s", (name) => {
  const spec = specOf(losses[name] as AnyLoss);
  const { draw } = caseOf(name);

  it("at random points and on kinks", () => {
    for (const options of optionsOf(name)) {
      const own = compiled(name, options);
      if (!own) continue;
      for (const onKinks of [false, true])
        for (const dtype of dtypes) {
          const samples = inputsOf(name, 2, onKinks).filter(isSample);
          // Inputs of the cases have dimensions in the place of "...".
          const flat = samples.some(
            ({ shape }, i) =>
              shape.length >
              (spec.arguments[i]?.shape ?? "")
                .replace(/ ?\.\.\./, "")
                .split(" ")
                .filter(Boolean).length,
          );
          if (own.planes || !flat)
            compare(
              name,
              options,
              own,
              samples,
              dtype,
              `${JSON.stringify(options)} ${dtype} ${onKinks ? "on kinks" : ""}`,
            );
        }
    }
  });

  it("of any length", () => {
    const options = optionsOf(name).find((own) => compiled(name, own)) as Options;
    const own = compiled(name, options) as Compiled;
    const fixed = "quantiles" in options;
    for (const length of fixed ? [3] : [...Array.from({ length: 19 }, (_, i) => i + 1), 4099]) {
      const rest = own.planes && spec.arguments.some(({ shape }) => shape.includes("...")) ? [length] : [];
      const lengths = { N: rest.length > 0 ? 2 : 3, C: rest.length > 0 ? 2 : length, D: length, Q: length, rest };
      const samples = drawInputs(spec, lengths, seeded(length), draw);
      for (const dtype of dtypes) compare(name, options, own, samples, dtype, `${length} ${dtype}`);
    }
  });
});

/** Their definitions look at numbers while they run: they solve for a plan of transport. */
const solving = ["earthMoverDistance", "sinkhornDivergence"];

describe.each(lossNames.filter((name) => !solving.includes(name)))("%s by tensor operations", (name) => {
  const loss = losses[name] as AnyLoss;
  const accuracy = { accuracy: 1e-11, least: 0.1 };

  it.each([false, true])("is what the kernel computes (on kinks: %s)", (onKinks) => {
    for (const [seed, options] of optionsOf(name).entries()) {
      const inputs = inputsOf(name, seed, onKinks);
      const came = valueAndGrad(name, inputs, options);
      expectAgreement(name, came, fused(loss, inputs, options, "float64"), accuracy, JSON.stringify(options));
    }
  });
});

it.each(solving)("%s does not run on arrays without numbers", (name) => {
  expect(() => valueAndGrad(name, inputsOf(name, 1, false), optionsOf(name)[0] as Options)).toThrow(InvalidFormula);
});
