/** Losses that users write as a formula: compiled into a kernel, and callable as the package's own. */
import type { Pass } from "../contract/body.ts";
import { defineLoss, type LossSpec } from "../contract/loss.ts";
import { frozen } from "../contract/spec.ts";
import type { Pointer } from "../kernel/kernels.ts";
import { nowhere } from "../kernel/kernels.ts";
import { LossaryTypeError } from "../lossaryError.ts";
import { interval } from "../tensor/interval.ts";
import type { Operand } from "../tensor/stage.ts";
import { FormulaKernels, type Source } from "./compiler/compile.ts";
import { NotCompiled } from "./compiler/graph.ts";
import type { FormulaArgument, FormulaDeclaration, FormulaLoss, FormulaOption } from "./declaration.ts";
import type { Definition } from "./define.ts";
import { register } from "./definitions.ts";
import { declared, guardedMaths } from "./guarded.ts";
import type { Maths } from "./maths.ts";

type Formula = <X>(maths: Maths<X>, inputs: Record<string, X>, options: Record<string, X>) => X;

/**
 * Makes a loss of a formula.
 *
 * The formula says what each element costs, or each row, in the operations it is given; the gradient is derived from it, and
 * both are compiled, once per float type and wish, into one fused WebAssembly function. The result is a loss like any other of
 * the package: `valueAndGrad`, `reduction`, `sampleWeight`, `upstream`, `wrt`, `out`, resident tensors, and a `spec`.
 *
 *     const pseudoHuber = defineFormula({
 *       name: "pseudoHuber",
 *       arguments: { predictions: "N ...", targets: "N ..." },
 *       options: { delta: { default: 1, range: "(0, ∞)" } },
 *       formula: (m, { predictions, targets }, { delta }) => {
 *         const r = m.div(m.sub(predictions, targets), delta);
 *         return m.mul(m.mul(delta, delta), m.sub(m.sqrt(m.add(m.square(r), 1)), 1));
 *       },
 *     });
 *     pseudoHuber.valueAndGrad(predictions, targets, { delta: 2 });
 *
 * Shapes    The longest shape of the arguments is that of the elements. Reductions (`m.sum(x, 1)`, `m.max`, `m.softmax`, …)
 *           go along the last axes down to rows; "N" is a number per row, and the loss is one per element or per row.
 * Gradient  Masks (`m.less`, `m.equal`, …), `m.max` and `m.stop(x)` are constants. Kinks are choices by `m.where`.
 * Errors    When it is defined: a value used as a JavaScript number (`x > 0`, `Math.exp(x)`), shapes that do not fit, a name
 *           that was not declared, an argument without a gradient, and what no kernel can compute, such as a matrix product.
 */
export function defineFormula<
  const A extends Readonly<Record<string, string | FormulaArgument>>,
  const O extends Readonly<Record<string, FormulaOption>> = Record<never, never>,
>(declaration: FormulaDeclaration<A, O>): FormulaLoss<A, O> {
  const { name } = declaration;
  try {
    return made(declaration as unknown as AnyDeclaration) as unknown as FormulaLoss<A, O>;
  } catch (error) {
    if (!(error instanceof NotCompiled)) throw error;
    throw new LossaryTypeError(`${name}: formula`, error.message, { cause: error });
  }
}

type AnyDeclaration = FormulaDeclaration<Record<string, string | FormulaArgument>, Record<string, FormulaOption>>;

function made(declaration: AnyDeclaration): object {
  const { formula, divisor } = declaration;
  const source = sourceOf(declaration, formula as Formula);
  const kernels = new FormulaKernels(source);
  const spec = frozen(specOf(declaration, kernels));
  checkGradients(spec, kernels);
  const counts = divisor && new FormulaKernels({ ...source, formula: traced(declaration, divisor as Formula) });
  if (counts && counts.symbols.join() !== kernels.symbols.join())
    throw new NotCompiled(
      `has a divisor of shape [${counts.symbols.join(", ")}], expected that of the values, [${kernels.symbols.join(", ")}]`,
    );
  const optionNames = Object.keys(spec.options);
  const call = (
    operands: readonly Operand[],
    options: Readonly<Record<string, number>>,
    pass: Omit<Pass, "scale">,
  ) => ({
    dtype: pass.dtype,
    lengths: pass.dims,
    inputs: operands.map(({ pointer }) => pointer),
    options: optionNames.map((key) => options[key] as number),
    take: pass.take,
  });
  const loss = defineLoss(
    spec as never,
    {
      divisor(operands: readonly Operand[], options: Record<string, number>, pass: Omit<Pass, "scale">) {
        if (!counts) return kernels.countValues(pass.dims);
        return counts.run({
          ...call(operands, options, pass),
          gradients: operands.map(() => nowhere),
          values: nowhere,
          upstream: pass.weights?.pointer ?? nowhere,
          scale: 1,
        });
      },
      run(operands: readonly Operand[], options: Record<string, number>, pass: Pass) {
        const grads = pass.grads as Readonly<Record<string, Pointer>>;
        return kernels.run({
          ...call(operands, options, pass),
          gradients: spec.arguments.map((argument) => grads[argument.name] ?? nowhere),
          values: pass.values,
          upstream: pass.upstream,
          scale: pass.scale,
        });
      },
      appliesUpstream: "sum",
      countsWeights: counts !== undefined,
    } as never,
  );
  register(loss, definitionFor(loss, declaration));
  return loss;
}

/** The formula as engines run it, with numbers for options. */
function definitionFor(loss: object, { formula, divisor, arguments: specs, options = {} }: AnyDeclaration): Definition {
  const run =
    (own: Formula) =>
    <X>(maths: Maths<X>, inputs: readonly X[], given: Readonly<Record<string, number>>): X =>
      own(
        maths,
        Object.fromEntries(Object.keys(specs).map((key, i) => [key, inputs[i] as X])),
        Object.fromEntries(Object.keys(options).map((key) => [key, maths.constant([given[key] as number], [])])),
      );
  const counted = divisor && run(divisor as Formula);
  return {
    loss,
    formula: run(formula as Formula),
    ...(counted && {
      divisor: <X>(maths: Maths<X>, inputs: never, given: never, total: (numbers: X) => X): X =>
        total(maths.stop(counted(maths, inputs, given))),
    }),
  } as unknown as Definition;
}

const shapeOf = (argument: string | FormulaArgument): string =>
  typeof argument === "string" ? argument : argument.shape;
const symbolsOf = (shape: string): string[] => shape.split(" ").filter(Boolean);

function sourceOf(declaration: AnyDeclaration, formula: Formula): Source {
  const { arguments: specs, options = {} } = declaration;
  const ranges = Object.values(options).map(({ range }) => interval(range));
  return {
    arguments: Object.values(specs).map((argument) => ({
      symbols: symbolsOf(shapeOf(argument)),
      index: typeof argument === "object" && argument.kind === "index",
    })),
    options: ranges.length,
    positive: new Set([...ranges.keys()].filter((i) => !ranges[i]?.(-1e-30) && !ranges[i]?.(-1))),
    formula: traced(declaration, formula),
  };
}

function traced({ arguments: specs, options = {} }: AnyDeclaration, formula: Formula): Source["formula"] {
  return (maths, arrays, option) => {
    const inputs = Object.fromEntries(
      Object.entries(specs).map(([key, argument], i) => {
        const fixed = typeof argument === "object" && argument.differentiable === false;
        return [key, fixed ? maths.stop(arrays[i] as never) : arrays[i]];
      }),
    );
    const given = Object.fromEntries(Object.keys(options).map((key, place) => [key, option(place)]));
    try {
      return formula(guardedMaths(maths), declared("argument", "", inputs), declared("option", "", given)) as never;
    } catch (error) {
      if (error instanceof NotCompiled) throw error;
      throw new NotCompiled(`failed: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
}

function specOf(
  { name, arguments: specs, options = {}, docs = {}, divisor }: AnyDeclaration,
  kernels: FormulaKernels,
): LossSpec {
  const title = docs.title ?? { en: name, zh: name };
  return {
    name,
    family: "regression",
    summary: `A loss from a formula.`,
    aliases: { en: [], zh: [] },
    formula: "",
    traps: [],
    references: [],
    ...docs,
    title,
    arguments: Object.entries(specs).map(([key, given]) => {
      const argument: FormulaArgument = typeof given === "string" ? { shape: given } : given;
      const { shape, kind = "float", doc = `An array [${symbolsOf(shape).join(", ")}].` } = argument;
      const base = { name: key, shape: symbolsOf(shape).join(" "), doc };
      return kind === "index" ? { ...base, kind } : { ...base, kind, differentiable: argument.differentiable ?? true };
    }),
    options: Object.fromEntries(
      Object.entries(options).map(([key, { doc = `A number in ${options[key]?.range}.`, ...option }]) => [
        key,
        { type: "number" as const, doc, ...option },
      ]),
    ),
    unreduced: {
      shape: kernels.symbols.join(" "),
      mean: divisor ? "sum of what the values count" : kernels.rowAxes > 0 ? "number of rows" : "number of elements",
    },
  };
}

function checkGradients(spec: LossSpec, kernels: FormulaKernels): void {
  const reached = kernels.reached();
  const differentiable = spec.arguments.map((argument) => "differentiable" in argument && argument.differentiable);
  const lost = spec.arguments.find((_, i) => differentiable[i] && !reached[i]);
  if (lost)
    throw new NotCompiled(
      `gives ${lost.name} no gradient: nothing but masks and constants lead from it to the value; declare it { shape: "${lost.shape}", differentiable: false }`,
    );
}
