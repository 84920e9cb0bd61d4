/** Losses of the catalog computed by kernels that are compiled from their formulas. */
import { defineLoss } from "../../src/contract/loss.ts";
import type { LossSpec } from "../../src/contract/spec.ts";
import * as catalog from "../../src/engines/catalog.ts";
import { FormulaKernels } from "../../src/formula/compiler/compile.ts";
import { NotCompiled } from "../../src/formula/compiler/graph.ts";
import type { Definition } from "../../src/formula/define.ts";
import type { Maths } from "../../src/formula/maths.ts";
import type { BothSources } from "../../src/formula/runner.ts";
import type { Operand } from "../../src/tensor/stage.ts";
import type { AnyLoss, Options } from "../harness/calls.ts";

const definitions = catalog as unknown as Readonly<Record<string, Definition>>;
const tokens = (shape: string, planes: boolean) =>
  shape.split(" ").filter((token) => token && (planes || token !== "..."));

export interface Compiled {
  readonly loss: AnyLoss;
  readonly kernels: FormulaKernels;
  /** Whether "..." may stand for dimensions. */
  readonly planes: boolean;
}

/** The options of a structure that are arrays. */
const tensorsOf = ({ options: specs }: LossSpec, options: Options) =>
  Object.keys(options).filter((key) => specs[key]?.type === "tensor" && typeof options[key] === "object");

/** What kernels of a loss are made of; without `planes` nothing stands for "...". */
export function sourceOf(name: string, options: Options, planes: boolean): BothSources {
  const { loss, formula } = definitions[name] as Definition;
  const spec = loss.spec as LossSpec;
  const whole = Object.fromEntries(Object.entries(spec.options).map(([key, option]) => [key, option.default]));
  const tensors = tensorsOf(spec, options);
  return {
    arguments: [
      ...spec.arguments.map(({ shape, kind }) => ({ symbols: tokens(shape, planes), index: kind === "index" })),
      ...tensors.map((key) => ({
        symbols: tokens((spec.options[key] as { shape: string }).shape, planes),
        index: false,
      })),
    ],
    options: 0,
    positive: new Set(),
    formula: <X>(m: Maths<X>, arrays: readonly X[]): X => {
      const given = Object.fromEntries(tensors.map((key, i) => [key, arrays[spec.arguments.length + i]]));
      const inputs = spec.arguments.map((argument, i) =>
        "differentiable" in argument && argument.differentiable ? arrays[i] : m.stop(arrays[i] as X),
      );
      const lengths = Object.fromEntries(
        spec.arguments.flatMap(({ shape }, i) =>
          tokens(shape, planes).map((symbol, axis) => [symbol, m.shapeOf(arrays[i] as X)[axis]]),
        ),
      );
      return formula(m, inputs as never, { ...whole, ...options, ...given } as never, lengths as never) as never;
    },
  };
}

/** The loss under options of a structure; throws `NotCompiled` where no kernel can be made. */
export function compiledLoss(name: string, options: Options): Compiled {
  const { loss } = definitions[name] as Definition;
  const spec = loss.spec as LossSpec;
  const tensors = tensorsOf(spec, options);
  if (spec.unreduced === null || spec.arguments.some(({ kind }) => kind === "list" || kind === "state"))
    throw new NotCompiled("it is one number, or takes lists");
  let planes = true;
  let kernels: FormulaKernels;
  try {
    kernels = new FormulaKernels(sourceOf(name, options, true));
  } catch (error) {
    if (!(error instanceof NotCompiled)) throw error;
    planes = false;
    kernels = new FormulaKernels(sourceOf(name, options, false));
  }
  const body = {
    divisor: (inputs: Operand[]) => inputs[0]?.size ?? 1,
    run: (inputs: Operand[], staged: Record<string, Operand>, pass: never) => {
      const { dtype, dims, values, grads, scale, upstream, take } = pass as Parameters<
        Parameters<typeof defineLoss>[1]["run"]
      >[2];
      return kernels.run({
        dtype,
        lengths: dims,
        inputs: [...inputs, ...tensors.map((key) => staged[key] as Operand)].map(({ pointer }) => pointer),
        gradients: [...spec.arguments, ...tensors].map((argument) =>
          typeof argument === "object" && "differentiable" in argument && argument.differentiable
            ? (grads as Record<string, never>)[argument.name]
            : (0 as never),
        ) as never,
        values,
        upstream,
        scale,
        options: [],
        take,
      });
    },
    appliesUpstream: "sum" as const,
  };
  return { loss: defineLoss(spec as never, body as never) as unknown as AnyLoss, kernels, planes };
}
