/** Losses that users write as a formula: compiled into a kernel, and callable as the package's own. */
import type { Pass } from "../contract/body.ts";
import { defineLoss, type LossSpec } from "../contract/loss.ts";
import { frozen } from "../contract/spec.ts";
import { nowhere, type Pointer } from "../kernel/kernels.ts";
import { LossaryRangeError, LossaryTypeError } from "../lossaryError.ts";
import { interval } from "../tensor/interval.ts";
import type { Dims } from "../tensor/shapes.ts";
import { checkIndices, type Operand } from "../tensor/stage.ts";
import { showShape } from "../tensor/tensor.ts";
import { checkDeclaration } from "./checkDeclaration.ts";
import { NotCompiled } from "./compiler/graph.ts";
import type { FormulaArgument, FormulaDeclaration, FormulaLoss, FormulaOption } from "./declaration.ts";
import { type AnyDeclaration, type AnyFormula, argumentOf, classesOf, symbolsOf } from "./declared.ts";
import { definitionFor } from "./definitionFor.ts";
import { register } from "./definitions.ts";
import { specOf } from "./formulaSpec.ts";
import { declared, guardedMaths } from "./guarded.ts";
import { InvalidFormula } from "./invalid.ts";
import type { Maths } from "./maths.ts";
import { type BothSources, type Runner, runnerFor } from "./runner.ts";

/**
 * Makes a loss of a formula.
 *
 * The formula says what each element costs, each row, or all together, in the operations it is given; the gradient is derived
 * from it. Where elements or rows are independent, both are compiled, once per float type and wish, into one fused WebAssembly
 * function; any other formula runs as tensor operations on arrays in kernel memory, in f64. `plan()` tells which, and why. The
 * result is a loss like any other of the package: `valueAndGrad`, `reduction`, `sampleWeight`, `upstream`, `wrt`, `out`,
 * resident tensors, and a `spec`.
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
 * Shapes    Symbols are lengths that a call binds; "..." is one axis to a formula, however many dimensions it stands for. The
 *           value has axes of the arguments, each at most once ("N", "N C", "N M"), or none: then the loss is one number by
 *           nature, without `reduction` and `sampleWeight`. Arrays broadcast from the right; [N] beside [N, 1] is refused, for
 *           nobody means [N, N] by it.
 * Fusing    A kernel goes through rows: reductions (`m.sum(x, 1)`, `m.max`, `m.softmax`, …) along the last axes of the longest
 *           shape, a value per element or row, or along axis 1 of "N C ...", beside "N ..." labels or weights and "C" weights
 *           per class. Matrix products, transposed arrays and parts of arrays, reductions along several such axes, arrays of
 *           other shapes and gradients of what all rows share are tensor operations.
 * Gradient  Masks (`m.less`, `m.equal`, …), `m.max` and `m.stop(x)` are constants. Kinks are choices by `m.where`.
 * Errors    When it is defined: a declaration with unknown or missing parts, a malformed shape or range, a default outside its
 *           range; a value used as a JavaScript number (`x > 0`, `Math.exp(x)`), shapes that do not fit, a name
 *           that was not declared, an argument without a gradient. When it is called: lengths that the formula cannot take
 *           (halves of an odd one), and labels outside the `classes` of their argument.
 */
export function defineFormula<
  const A extends Readonly<Record<string, string | FormulaArgument>>,
  const O extends Readonly<Record<string, FormulaOption>> = Record<never, never>,
>(declaration: FormulaDeclaration<A, O>): FormulaLoss<A, O> {
  checkDeclaration(declaration);
  const { name } = declaration;
  try {
    return made(declaration as unknown as AnyDeclaration) as unknown as FormulaLoss<A, O>;
  } catch (error) {
    if (!(error instanceof InvalidFormula)) throw error;
    throw new LossaryTypeError(`${name}: formula`, error.message, { cause: error });
  }
}

function made(declaration: AnyDeclaration): object {
  const { name, formula, divisor } = declaration;
  const classes = classesOf(declaration);
  const specs = Object.values(declaration.arguments).map(argumentOf);
  const differentiable = specs.map(({ kind, differentiable: own }) => kind !== "index" && own !== false);
  const runner = runnerFor(sourceOf(declaration, formula as AnyFormula), differentiable);
  const spec = frozen(specOf(declaration, runner));
  checkGradients(spec, runner);
  const counts =
    divisor &&
    runnerFor(
      sourceOf(declaration, divisor as AnyFormula),
      differentiable.map(() => false),
    );
  if (counts && runner.symbols.length === 0) throw new InvalidFormula("has a divisor, but its value is one number");
  if (counts && counts.symbols.join() !== runner.symbols.join())
    throw new InvalidFormula(
      `has a divisor of shape [${counts.symbols.join(", ")}], expected that of the values, [${runner.symbols.join(", ")}]`,
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
        for (const { place, count, among } of classes) {
          const owner = operands[among] as Operand;
          checkIndices(
            operands[place] as Operand,
            typeof count === "number" ? count : (pass.dims[count as keyof Dims] as number),
            among < 0 ? "its classes" : `${spec.arguments[among]?.name} is ${showShape(owner.shape)}`,
          );
        }
        if (!counts) return runner.countValues(pass.dims);
        return atLengths(`${name}: divisor`, () =>
          counts.run({
            ...call(operands, options, pass),
            gradients: operands.map(() => nowhere),
            values: nowhere,
            upstream: pass.weights?.pointer ?? nowhere,
            scale: 1,
          }),
        );
      },
      run(operands: readonly Operand[], options: Record<string, number>, pass: Pass) {
        const grads = pass.grads as Readonly<Record<string, Pointer>>;
        return atLengths(`${name}: formula`, () =>
          runner.run({
            ...call(operands, options, pass),
            gradients: spec.arguments.map((argument) => grads[argument.name] ?? nowhere),
            values: pass.values,
            upstream: pass.upstream,
            scale: pass.scale,
          }),
        );
      },
      appliesUpstream: runner.fused ? "sum" : true,
      countsWeights: counts !== undefined,
    } as never,
  );
  register(loss, definitionFor(loss as never, declaration));
  return Object.assign(loss, { plan: () => runner.plan(name) });
}

/** What a formula does not take at the lengths of a call is the caller's to mend. */
function atLengths<R>(what: string, run: () => R): R {
  try {
    return run();
  } catch (error) {
    if (error instanceof InvalidFormula) throw new LossaryRangeError(what, error.message, { cause: error });
    throw error;
  }
}

function sourceOf(declaration: AnyDeclaration, formula: AnyFormula): BothSources {
  const { arguments: specs, options = {} } = declaration;
  const ranges = Object.values(options).map(({ range }) => interval(range));
  return {
    arguments: Object.values(specs)
      .map(argumentOf)
      .map(({ shape, kind }) => ({ symbols: symbolsOf(shape), index: kind === "index" })),
    options: ranges.length,
    positive: new Set([...ranges.keys()].filter((i) => !ranges[i]?.(-1e-30) && !ranges[i]?.(-1))),
    ...traced(declaration, formula),
  };
}

function traced({ arguments: specs, options = {} }: AnyDeclaration, formula: AnyFormula) {
  let reads = false;
  const run = <X>(maths: Maths<X>, arrays: readonly X[], option: (place: number) => X): X => {
    const inputs = Object.fromEntries(
      Object.entries(specs).map(([key, argument], i) => {
        const fixed = argumentOf(argument).differentiable === false;
        return [key, fixed ? maths.stop(arrays[i] as X) : (arrays[i] as X)];
      }),
    );
    const given = Object.fromEntries(Object.keys(options).map((key, place) => [key, option(place)]));
    try {
      const guarded = guardedMaths(maths, [...Object.values(inputs), ...Object.values(given)], () => {
        reads = true;
      });
      const result: unknown = formula(guarded, declared("argument", "", inputs), declared("option", "", given));
      if (Array.isArray(result)) throw new InvalidFormula("returned a list, expected an array");
      return result as X;
    } catch (error) {
      if (error instanceof NotCompiled || error instanceof InvalidFormula) throw error;
      throw new InvalidFormula(`failed: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  return { formula: run, readsLengths: () => reads };
}

function checkGradients(spec: LossSpec, { reached }: Runner): void {
  const differentiable = spec.arguments.map((argument) => "differentiable" in argument && argument.differentiable);
  const lost = spec.arguments.find((_, i) => differentiable[i] && !reached[i]);
  if (lost)
    throw new InvalidFormula(
      `gives ${lost.name} no gradient: nothing but masks and constants lead from it to the value; declare it { shape: "${lost.shape}", differentiable: false }`,
    );
}
