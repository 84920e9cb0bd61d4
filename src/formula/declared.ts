/** What a declaration says, in one form. */
import { LossaryRangeError } from "../lossaryError.ts";
import type { FormulaArgument, FormulaDeclaration, FormulaOption } from "./declaration.ts";
import type { Maths } from "./maths.ts";

export type AnyDeclaration = FormulaDeclaration<
  Record<string, string | FormulaArgument>,
  Record<string, FormulaOption>
>;

export type AnyFormula = <X>(maths: Maths<X>, inputs: Record<string, X>, options: Record<string, X>) => X;

/** One of its arguments; a shape alone is enough. */
export const argumentOf = (given: string | FormulaArgument): FormulaArgument =>
  typeof given === "string" ? { shape: given } : given;

export const symbolsOf = (shape: string): string[] => shape.split(" ").filter(Boolean);

/** An argument of indices that says how many classes there are. */
export interface Classes {
  /** Its place among the arguments. */
  readonly place: number;
  /** The symbol of their number, or the number. */
  readonly count: string | number;
  /** An argument with an axis of them, and which axis that is; −1 for none. */
  readonly among: number;
  readonly axis: number;
}

export function classesOf({ name, arguments: specs }: AnyDeclaration): readonly Classes[] {
  const all = Object.values(specs).map(argumentOf);
  return Object.keys(specs).flatMap((key, place) => {
    const { classes, kind } = all[place] as FormulaArgument;
    if (classes === undefined) return [];
    const shapes = all.map(({ shape }) => symbolsOf(shape));
    const among = shapes.findIndex((symbols) => symbols.includes(String(classes)));
    const fixed = typeof classes === "number" && Number.isInteger(classes) && classes > 0;
    if (kind !== "index" || !(fixed || (typeof classes === "string" && among >= 0 && classes !== "...")))
      throw new LossaryRangeError(
        `${name}: arguments.${key}.classes`,
        kind === "index"
          ? `is ${JSON.stringify(classes)}, expected a symbol of the arguments' shapes, such as "C", or a whole number ≥ 1`
          : `is ${JSON.stringify(classes)}, expected none: only an argument of kind "index" has classes`,
      );
    return [{ place, count: classes, among: fixed ? -1 : among, axis: shapes[among]?.indexOf(String(classes)) ?? -1 }];
  });
}
