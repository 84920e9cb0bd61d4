/** What a function says about itself: read by the contract, the command line, the handbook and the tests. */
import type { FloatKind } from "../tensor/stage.ts";
import type { ByKind } from "./kinds.ts";

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
  | "activation"
  | "score"
  | "reinforcement"
  | "memory";

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

/** Throws unless a value can be taken; `where` names it: "oimLoss: memory". */
export type Check = (where: string, value: unknown) => void;

/** Explicit state, such as a memory of identities: handed to the loss as it is. */
export interface StateArgument extends ArgumentBase {
  readonly kind: "state";
  readonly check?: Check;
}

/** What is not an array, such as a network or a text: handed over as it is. */
export interface ValueArgument extends ArgumentBase {
  readonly kind: "value";
  readonly check?: Check;
  /** What stands for it where it is left out. */
  readonly default?: unknown;
}

export type ArgumentSpec = FloatArgument | IndexArgument | ListArgument | StateArgument;

/** The kind of specification an argument of a type needs. */
export type ArgumentSpecOf<A> = ByKind<A, FloatArgument, ListArgument, IndexArgument, StateArgument>;

interface OptionBase {
  /** One line. */
  readonly doc: string;
  /** Without it the call throws. */
  readonly required?: boolean;
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
  /** Set where a plain call then returns more than the value; no other form of the call does. */
  readonly addsOutput?: boolean;
}

/** Numbers with a symbolic shape, such as a weight per class; where `scalar`, one number may stand for all. */
export interface TensorOption<T = undefined> extends OptionBase {
  readonly type: "tensor";
  readonly shape: string;
  /** Another shape the same numbers may come in, told by its number of axes. */
  readonly otherShape?: string;
  readonly default: T;
  readonly range: string;
  readonly scalar?: boolean;
  /** Whether null is a value of its own. */
  readonly nullable?: boolean;
  /** The axis of "..." that its symbol stands for, which no argument has. */
  readonly axis?: number;
}

/** What is neither number, choice, flag nor array, such as a function. */
export interface ValueOption<T = unknown> extends OptionBase {
  readonly type: "value";
  readonly default: T;
  /** What is taken, in words: "a function". */
  readonly expected: string;
  readonly check: Check;
}

export type OptionSpec = NumberOption | ChoiceOption | BooleanOption | TensorOption<number | null | undefined>;

/** The kind of specification an option of a type needs; its default must be of that type. */
export type OptionSpecOf<T> = [Exclude<T, undefined | null>] extends [number]
  ? undefined extends T
    ? NumberOption<T>
    : NumberOption<T> | (NumberOption<undefined> & { readonly required: true })
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

/** The unreduced value: one number per row, sample or class. */
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
export const sampleWeightOf = ({ shape }: Pick<Unreduced, "shape">): TensorOption => ({
  type: "tensor",
  shape,
  default: undefined,
  range: "[0, ∞)",
  doc: "Weights of the values, or of their leading axes.",
});

/** What every callable says about itself. */
export interface FunctionSpec {
  readonly name: string;
  readonly family: Family;
  readonly title: { readonly en: string; readonly zh: string };
  /** One sentence: what it makes a model do, or what it tells. */
  readonly summary: string;
  readonly arguments: readonly (ArgumentSpec | ValueArgument)[];
  readonly options: Readonly<Record<string, OptionSpec | ValueOption>>;
}

/** What a loss says beyond that. */
export interface LossSpec extends FunctionSpec {
  /** What else it is called, in each language; a Chinese reader also knows the English words. */
  readonly aliases: { readonly en: readonly string[]; readonly zh: readonly string[] };
  readonly arguments: readonly ArgumentSpec[];
  readonly options: Readonly<Record<string, OptionSpec>>;
  /** null for a loss that is one number by nature. */
  readonly unreduced: Unreduced | null;
  /** LaTeX. */
  readonly formula: string;
  readonly traps: readonly string[];
  /** What the gradient takes as constant, where it is not the derivative of the value. */
  readonly heldConstant?: string;
  readonly references: readonly Reference[];
}

/** Whether a specification is that of a loss. */
export const isLossSpec = (spec: FunctionSpec): spec is LossSpec => "unreduced" in spec;

/** A specification checked against the arguments and options of the call's signature. */
export interface SpecOf<A extends readonly unknown[], O> extends Omit<LossSpec, "arguments" | "options"> {
  readonly arguments: { readonly [K in keyof A]: ArgumentSpecOf<A[K]> };
  readonly options: { readonly [K in keyof Required<O>]: OptionSpecOf<O[K & keyof O]> };
}

/** That of a function that is not a loss, checked against its arguments and options. */
export interface FunctionSpecOf<A extends readonly unknown[], O> extends Omit<FunctionSpec, "arguments" | "options"> {
  readonly arguments: { readonly [K in keyof A]: ArgumentSpecOf<A[K]> | ValueArgument };
  readonly options: { readonly [K in keyof Required<O>]: OptionSpecOf<O[K & keyof O]> | ValueOption };
}

/** The arguments of a loss, for a function beside it that gives no gradients. */
export const withoutGradients = <T extends readonly (ArgumentSpec | ValueArgument)[]>(specs: T): T =>
  specs.map((spec) => ("differentiable" in spec ? { ...spec, differentiable: false } : spec)) as never;

/** Freezes a specification with all it holds: what a function says of itself is also what it goes by. */
export function frozen<T extends object>(value: T): T {
  if (Object.isFrozen(value)) return value;
  for (const part of Object.values(Object.freeze(value))) if (typeof part === "object" && part !== null) frozen(part);
  return value;
}
