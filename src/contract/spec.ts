/** What a loss says about itself: read by the contract, the command line, the handbook and the tests. */
import type { FloatInput, IndexInput } from "../tensor/tensor.ts";

export type Reduction = "none" | "sum" | "mean";

export type Family =
  | "classification"
  | "regression"
  | "embedding"
  | "detection"
  | "segmentation"
  | "image"
  | "distribution"
  | "multimodal"
  | "score"
  | "reinforcement";

/** Kinds of numbers: probability lies in [0, 1], sign is −1 or 1, index is a whole number, box is four coordinates. */
export type FloatKind = "float" | "probability" | "sign" | "box";

interface ArgumentBase {
  readonly name: string;
  /** Symbolic shape: "N C ...". */
  readonly shape: string;
  /** One line. */
  readonly doc: string;
  /** Whether it may hold no element at all; the loss then says what that means. */
  readonly emptyAllowed?: boolean;
}

export interface FloatArgument extends ArgumentBase {
  readonly kind: FloatKind;
  readonly differentiable: boolean;
}

export interface IndexArgument extends ArgumentBase {
  readonly kind: "index";
  /** The loss that takes a row of probabilities in the place of an index, for those who come with one-hot rows. */
  readonly rowsTakenBy?: string;
}

/** Several float tensors, each of the symbolic shape on its own. */
export interface ListArgument extends ArgumentBase {
  readonly kind: "list";
  readonly differentiable: boolean;
}

/** Explicit state, such as a memory of identities: handed to the loss as it is. */
export interface StateArgument extends ArgumentBase {
  readonly kind: "state";
}

export type ArgumentSpec = FloatArgument | IndexArgument | ListArgument | StateArgument;

/** The kind of specification an argument of a type needs. */
export type ArgumentSpecOf<A> = IndexInput extends A
  ? IndexArgument
  : readonly FloatInput[] extends A
    ? ListArgument
    : FloatInput extends A
      ? FloatArgument
      : StateArgument;

interface OptionBase {
  /** One line. */
  readonly doc: string;
}

export interface NumberOption<T = number | null | undefined> extends OptionBase {
  readonly type: "number";
  readonly default: T;
  /** Allowed interval: "(0, ∞)", "[0, 1)". */
  readonly range: string;
  readonly integer?: boolean;
  /** Whether null is a value of its own. */
  readonly nullable?: boolean;
}

export interface ChoiceOption<T = string> extends OptionBase {
  readonly type: "choice";
  readonly default: T;
  readonly choices: readonly T[];
}

export interface BooleanOption extends OptionBase {
  readonly type: "boolean";
  readonly default: boolean;
}

/** Numbers with a symbolic shape, such as a weight a class; where `scalar`, one number may stand for all. */
export interface TensorOption<T = undefined> extends OptionBase {
  readonly type: "tensor";
  readonly shape: string;
  readonly default: T;
  readonly range: string;
  readonly scalar?: boolean;
  /** Whether null is a value of its own. */
  readonly nullable?: boolean;
  /** Without it the call throws. */
  readonly required?: boolean;
}

export type OptionSpec = NumberOption | ChoiceOption | BooleanOption | TensorOption<number | null | undefined>;

/** The kind of specification an option of a type needs; its default must be of that type. */
export type OptionSpecOf<T> = [Exclude<T, undefined | null>] extends [number]
  ? NumberOption<T>
  : [Exclude<T, undefined | null>] extends [boolean]
    ? BooleanOption
    : [Exclude<T, undefined | null>] extends [string]
      ? ChoiceOption<Exclude<T, undefined>>
      : undefined extends T
        ? TensorOption<Extract<T, number | null | undefined>>
        : TensorOption & { readonly required: true };

export interface Reference {
  readonly text: string;
  readonly url: string;
}

/** The unreduced value: one number a row, sample, class. */
export interface Unreduced {
  readonly shape: string;
  /** What the mean divides by. */
  readonly mean: string;
  /** Set where a value depends on other rows of the batch as well, which then no weight of 0 silences. */
  readonly acrossRows?: boolean;
  /** The shape it has instead where an option is set. */
  readonly when?: { readonly option: string; readonly is: string | number | boolean; readonly shape: string };
}

/** Symbolic shape of the unreduced value under the given options. */
export const unreducedShape = ({ shape, when }: Unreduced, options: Readonly<Record<string, unknown>>): string =>
  when && options[when.option] === when.is ? when.shape : shape;

/** The weights that every loss takes which has a reduction: of the unreduced values, or of their leading axes. */
export const sampleWeightOf = ({ shape }: Unreduced): TensorOption => ({
  type: "tensor",
  shape,
  default: undefined,
  range: "[0, ∞)",
  doc: "Weights of the values, or of their leading axes.",
});

export interface LossSpec {
  readonly name: string;
  readonly family: Family;
  readonly title: { readonly en: string; readonly zh: string };
  readonly aliases: readonly string[];
  /** One sentence: what it makes a model do. */
  readonly summary: string;
  readonly arguments: readonly ArgumentSpec[];
  readonly options: Readonly<Record<string, OptionSpec>>;
  /** null for a loss that is one number by nature. */
  readonly unreduced: Unreduced | null;
  /** LaTeX. */
  readonly formula: string;
  readonly traps: readonly string[];
  readonly references: readonly Reference[];
}

/** A specification checked against the arguments and options of the call's signature. */
export interface SpecOf<A extends readonly unknown[], O> extends Omit<LossSpec, "arguments" | "options"> {
  readonly arguments: { readonly [K in keyof A]: ArgumentSpecOf<A[K]> };
  readonly options: { readonly [K in keyof Required<O>]: OptionSpecOf<O[K & keyof O]> };
}

const intervals = new Map<string, (value: number) => boolean>();

/** The test for an interval written as "[0, 1)". NaN lies in none. */
export function interval(range: string): (value: number) => boolean {
  const inside = intervals.get(range) ?? parseInterval(range);
  intervals.set(range, inside);
  return inside;
}

function parseInterval(range: string): (value: number) => boolean {
  const match = /^([[(])\s*(\S+),\s*(\S+)\s*([\])])$/.exec(range);
  if (!match) throw new Error(`internal: "${range}" is no interval`);
  const [, open, lowText, highText, close] = match as unknown as [string, string, string, string, string];
  const bound = (text: string) => Number(text.replace("−", "-").replace("∞", "Infinity"));
  const [low, high] = [bound(lowText), bound(highText)];
  return (value) => (open === "[" ? value >= low : value > low) && (close === "]" ? value <= high : value < high);
}
