/**
 * Symbolic shapes: "N C ..." names the dimensions of an argument. A letter is bound to a length the first time it is
 * met and must have that length ever after; "..." stands for any number of dimensions, the same wherever it occurs;
 * a number stands for itself.
 */
import { LossaryRangeError } from "../lossaryError.ts";
import { type Shape, showShape, sizeOf } from "./tensor.ts";

type Letter = "A" | "B" | "C" | "D" | "E" | "F" | "G" | "H" | "I" | "J" | "K" | "L" | "M";
type Symbol = Letter | "N" | "O" | "P" | "Q" | "R" | "S" | "T" | "U" | "V" | "W" | "X" | "Y" | "Z" | "...";

/** Lengths by symbol, of which a body asks for those in its shapes; "..." holds the product of the dimensions it stands for. */
export type Dims = { readonly [S in Symbol]: number };

const split = new Map<string, readonly string[]>();

/** The symbols of a shape; the few there are, are kept. */
function tokens(symbolic: string): readonly string[] {
  const list = split.get(symbolic) ?? symbolic.split(" ").filter(Boolean);
  split.set(symbolic, list);
  return list;
}

/** Whether a symbolic shape begins with the axes of another. */
export const startsWith = (symbolic: string, leading: string): boolean => axesBefore(symbolic, leading) === "";

/**
 * For each axis of an array of a symbolic shape, which axis of another shape it is, if any; null where their first axes differ,
 * so that the array is not along the other's samples. "..." stands for as many axes as are left of `rank`.
 */
export function alignedAxes(symbolic: string, other: string, rank: number): (number | undefined)[] | null {
  const [own, wanted] = [tokens(symbolic), tokens(other)];
  if (wanted.length === 0 || !own.includes(wanted[0] as string)) return null;
  const rest = rank - own.length + 1;
  const places = new Map<string, number>();
  let at = 0;
  for (const token of wanted) {
    places.set(token, at);
    at += token === "..." ? rest : 1;
  }
  return own.flatMap((token): (number | undefined)[] => {
    const place = places.get(token);
    if (token !== "...") return [place];
    return Array.from({ length: rest }, (_, i) => (place === undefined ? undefined : place + i));
  });
}

/** The axes of a symbolic shape before those of another, if it has these; none for a shape without axes. */
export function axesBefore(symbolic: string, inner: string): string | null {
  const [list, wanted] = [tokens(symbolic), tokens(inner)];
  const at = list.indexOf(wanted[0] as string);
  return at >= 0 && wanted.every((token, i) => list[at + i] === token) ? list.slice(0, at).join(" ") : null;
}

/** A symbolic shape for people: "[N, C, ...]". */
export const showSymbolic = (symbolic: string): string => `[${tokens(symbolic).join(", ")}]`;

export class Bindings {
  readonly #lengths = new Map<string, number>();
  #rest: Shape | undefined;

  /** Binds a shape to its symbols. Returns the shape that was expected where it does not fit, else null. */
  bind(symbolic: string, shape: Shape): string | null {
    const list = tokens(symbolic);
    const ellipsis = list.indexOf("...");
    const fixed = list.length - (ellipsis < 0 ? 0 : 1);
    const rest = shape.length - fixed;
    if (ellipsis < 0 ? rest !== 0 : rest < 0) return this.#expected(list);
    if (ellipsis >= 0) {
      const middle = shape.slice(ellipsis, ellipsis + rest);
      this.#rest ??= middle;
      if (middle.length !== this.#rest.length || middle.some((length, i) => length !== this.#rest?.[i]))
        return this.#expected(list);
    }
    for (const [i, token] of list.entries()) {
      if (i === ellipsis) continue;
      const length = shape[ellipsis >= 0 && i > ellipsis ? i + rest - 1 : i] as number;
      const wanted = /^\d+$/.test(token) ? Number(token) : this.#lengths.get(token);
      if (wanted === undefined) this.#lengths.set(token, length);
      else if (wanted !== length) return this.#expected(list);
    }
    return null;
  }

  /** How many axes a symbolic shape has, once "..." is bound. */
  rank(symbolic: string): number {
    return tokens(symbolic).length + (symbolic.includes("...") ? this.rest.length - 1 : 0);
  }

  /** What "..." stands for. */
  get rest(): Shape {
    return this.#rest ?? [];
  }

  /** The concrete shape a symbolic one stands for, once all its symbols are bound. */
  resolve(symbolic: string): number[] {
    return tokens(symbolic).flatMap((token) =>
      token === "..." ? [...this.rest] : [/^\d+$/.test(token) ? Number(token) : (this.#lengths.get(token) as number)],
    );
  }

  /** Elements of the leading axes that two symbolic shapes have in common. */
  commonSize(a: string, b: string): number {
    const [left, right] = [tokens(a), tokens(b)];
    const differs = left.findIndex((token, i) => token !== right[i]);
    return sizeOf(this.resolve((differs < 0 ? left : left.slice(0, differs)).join(" ")));
  }

  get dims(): Dims {
    const dims: Record<string, number> = { "...": sizeOf(this.rest) };
    for (const [symbol, length] of this.#lengths) dims[symbol] = length;
    return dims as Dims;
  }

  #expected(list: readonly string[]): string {
    const parts = list.map((token) =>
      token === "..." ? (this.#rest ?? ["..."]).join(", ") : (this.#lengths.get(token) ?? token),
    );
    return `[${parts.filter((part) => part !== "").join(", ")}]`;
  }
}

/** What an argument says of its shape. */
interface Bound {
  readonly name: string;
  readonly shape: string;
  readonly emptyAllowed?: boolean;
  readonly kind?: string;
  readonly rowsTakenBy?: string;
}

/** Throws where an argument's shape does not fit those before it; `hint` is what else to say then. */
export function bindArgument(
  name: string,
  bindings: Bindings,
  argument: Bound,
  shape: Shape,
  before: readonly { readonly name: string; readonly shape: Shape }[],
  hint?: () => string,
): void {
  // Only of the items, which the first axis counts, may there be none.
  if (sizeOf(shape) === 0 && !(argument.emptyAllowed && shape[0] === 0))
    throw new LossaryRangeError(
      `${name}: ${argument.name}`,
      `is empty (${showShape(shape)}); at least one element is needed`,
    );
  const expected = bindings.bind(argument.shape, shape);
  if (expected === null) return;
  const beside = before.map((other) => `${other.name} is ${showShape(other.shape)}`).join(", ");
  throw new LossaryRangeError(
    `${name}: ${argument.name}`,
    `is ${showShape(shape)}, expected ${expected}${beside && ` (${beside}; nothing is broadcast)`}${remedy(argument, shape, expected, before[0]?.shape)}${hint?.() ?? ""}`,
  );
}

/** What to do about a shape that is often met: rows of classes in the place of labels, and axes of length 1. */
function remedy({ kind, rowsTakenBy }: Bound, shape: Shape, expected: string, first: Shape | undefined): string {
  if (kind === "index" && first && showShape(shape) === showShape(first))
    return `; these are class indices: of one-hot rows take the argmax${rowsTakenBy ? `, or give them to ${rowsTakenBy}` : ""}`;
  const wanted = expected.slice(1, -1).split(", ");
  const long = (lengths: readonly unknown[]) => lengths.map(String).filter((length) => length !== "1");
  const known = wanted.every((length) => /^\d+$/.test(length));
  return known && long(wanted).join() === long(shape).join() ? `; reshape it to ${expected}` : "";
}
