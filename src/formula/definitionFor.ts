/** A user's formula as engines run it: on arrays with all their dimensions, and with numbers for options. */
import type { LossSpec } from "../contract/spec.ts";
import { type Shape, sizeOf } from "../tensor/tensor.ts";
import { type AnyDeclaration, type AnyFormula, argumentOf, type Classes, classesOf, symbolsOf } from "./declared.ts";
import type { Definition } from "./define.ts";
import type { Maths } from "./maths.ts";

export function definitionFor(loss: { readonly spec: LossSpec }, declaration: AnyDeclaration): Definition {
  const { formula, divisor, arguments: specs, options = {} } = declaration;
  const symbols = Object.values(specs).map((argument) => symbolsOf(argumentOf(argument).shape));
  const classes = classesOf(declaration);
  const value = symbolsOf(loss.spec.unreduced?.shape ?? "");
  const run =
    (own: AnyFormula) =>
    <X>(maths: Maths<X>, inputs: readonly X[], given: Readonly<Record<string, number>>): X => {
      const flat = inputs.map((x, i) => maths.reshape(x, flatShape(maths.shapeOf(x), symbols[i] as string[])));
      const result = own(
        maths,
        Object.fromEntries(Object.keys(specs).map((key, i) => [key, flat[i] as X])),
        Object.fromEntries(Object.keys(options).map((key) => [key, maths.constant([given[key] as number], [])])),
      );
      const marked = classes.reduce(
        (values, own) => markedBy(maths, values, flat, own, symbols[own.place] as string[], value),
        result,
      );
      const at = value.indexOf("...");
      if (at < 0) return marked;
      const rest = restOf(inputs.map(maths.shapeOf), symbols);
      return maths.reshape(
        marked,
        maths.shapeOf(marked).flatMap((length, i) => (i === at ? rest : [length])),
      );
    };
  const counted = divisor && run(divisor as AnyFormula);
  return {
    loss,
    formula: run(formula as AnyFormula),
    ...(counted && {
      divisor: <X>(maths: Maths<X>, inputs: never, given: never, total: (numbers: X) => X): X =>
        total(maths.stop(counted(maths, inputs, given))),
    }),
  } as unknown as Definition;
}

/** A shape in which one axis stands for all dimensions of "...", as a formula knows it. */
function flatShape(shape: Shape, symbols: readonly string[]): Shape {
  const at = symbols.indexOf("...");
  if (at < 0) return shape;
  const end = at + shape.length - symbols.length + 1;
  return [...shape.slice(0, at), sizeOf(shape.slice(at, end)), ...shape.slice(end)];
}

/** What "..." stands for. */
function restOf(shapes: readonly Shape[], symbols: readonly (readonly string[])[]): Shape {
  const i = symbols.findIndex((own) => own.includes("..."));
  const [shape, own] = [shapes[i] as Shape, symbols[i] as readonly string[]];
  const at = own.indexOf("...");
  return shape.slice(at, at + shape.length - own.length + 1);
}

/** Values, NaN where their label is none of the classes. */
function markedBy<X>(
  maths: Maths<X>,
  values: X,
  inputs: readonly X[],
  { place, count, among, axis }: Classes,
  own: readonly string[],
  value: readonly string[],
): X {
  const { constant, mean, mul, ofClasses, reshape, shapeOf } = maths;
  const total = typeof count === "number" ? count : (shapeOf(inputs[among] as X)[axis] as number);
  const factors = ofClasses(inputs[place] as X, total, constant([1], []));
  // Labels that are no leading axes of the values count for all of them.
  if (!own.every((symbol, i) => symbol === value[i])) return mul(values, mean(factors));
  const shape = shapeOf(values);
  return mul(
    values,
    reshape(
      factors,
      shape.map((length, i) => (i < own.length ? length : 1)),
    ),
  );
}
