/** What a benchmark row says; the families' files are lists of these. */
import type { nn, numpy } from "@jax-js/jax";
import type * as tfjs from "@tensorflow/tfjs";

/** Numbers with a shape; Int32Array for class indices. */
export interface Input {
  readonly data: Float32Array | Int32Array;
  readonly shape: readonly number[];
}

/** A row's arrays by name: the loss's arguments, and what peers need in place of a state. */
export type Inputs<N extends string = string> = Readonly<Record<N, Input>>;

/** A loss of any signature. */
export interface AnyLoss {
  // biome-ignore lint/suspicious/noExplicitAny: rows hold losses of every signature
  valueAndGrad(...args: any[]): { readonly value: number | object };
  readonly spec: {
    readonly name: string;
    readonly arguments: readonly { readonly name: string }[];
    readonly options: object;
  };
}

/** A loss's options by name, for those that are numbers. */
export type OptionValues<L extends Pick<AnyLoss, "spec">> = { readonly [K in keyof L["spec"]["options"]]: number };

/**
 * Every function computes the value with default reduction; peers differentiate theirs with respect to `wrt`. What the loss's
 * options are is written in its specification, or in `options`, and nowhere else: peers are handed the values.
 */
export interface RowOf<N extends string, L extends AnyLoss = AnyLoss> {
  readonly name: string;
  /** An array that is not an argument is the option of its name (`sampleWeight`), or for the peers alone. */
  readonly inputs: () => Inputs<N>;
  readonly loss: L;
  readonly options?: object;
  /** Arguments that are no arrays, such as a memory of identities. */
  readonly state?: (inputs: Inputs<NoInfer<N>>) => Readonly<Record<string, unknown>>;
  /** The gradients computed. */
  readonly wrt: readonly NoInfer<N>[];
  /** A Python expression of the inputs and options by name, torch, F = torch.nn.functional, and what peers/losses.py defines. */
  readonly torch?: string;
  /** A Python expression of the inputs as NumPy arrays, the options, and what peers/losses.py defines: the value alone. */
  readonly scipy?: string;
  /** With this, class indices come to tfjs and jax-js as one-hot arrays with so many classes as second axis; else as floats. */
  readonly classes?: number;
  readonly tfjs?: (
    tf: typeof tfjs,
    inputs: Readonly<Record<NoInfer<N>, tfjs.Tensor>>,
    options: OptionValues<NoInfer<L>>,
  ) => tfjs.Tensor;
  readonly jax?: (
    np: typeof numpy,
    nnet: typeof nn,
    inputs: Readonly<Record<NoInfer<N>, numpy.Array>>,
    options: OptionValues<NoInfer<L>>,
  ) => numpy.Array;
  /** One pass in plain JavaScript: writes the gradients in the order of `wrt`, returns the value. */
  readonly plain?: (
    inputs: Inputs<NoInfer<N>>,
    options: OptionValues<NoInfer<L>>,
    ...gradients: Float32Array[]
  ) => number;
}

/** A row whose inputs' names are forgotten. */
export type Row = RowOf<string>;

/** Checks a row's functions against the names of its inputs. */
export const row = <N extends string, L extends AnyLoss>(checked: RowOf<N, L>): Row => checked as unknown as Row;

/** A loss's options as its specification says they are by default. */
export const defaultsOf = <L extends Pick<AnyLoss, "spec">>({ spec }: L): OptionValues<L> =>
  Object.fromEntries(
    Object.entries<{ readonly default?: unknown }>({ ...spec.options }).map(([name, option]) => [name, option.default]),
  ) as OptionValues<L>;

/** The options a row is measured with. */
export const optionsOf = ({ loss, options }: Row): OptionValues<AnyLoss> => ({ ...defaultsOf(loss), ...options });

/** A small seeded generator (mulberry32), so that every run times the same data. */
export function uniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Nearly normal numbers. */
export const normal = (seed: number) => {
  const random = uniform(seed);
  return () => 1.7 * (random() + random() + random() + random() - 2);
};

export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, length) => product * length, 1);

/** Floats drawn one by one. */
export const floats = (shape: readonly number[], draw: () => number): Input => ({
  data: Float32Array.from({ length: sizeOf(shape) }, draw),
  shape,
});

/** Whole numbers below a bound. */
export const indices = (shape: readonly number[], below: number, random: () => number): Input => ({
  data: Int32Array.from({ length: sizeOf(shape) }, () => Math.floor(random() * below)),
  shape,
});

/** Elementwise data: predictions under their name in ±4, targets as `target` draws them. */
export const pairs =
  <N extends string>(name: N, shape: readonly number[], target: (random: () => number) => number) =>
  (): Inputs<N | "targets"> => {
    const random = uniform(1);
    const predictions = floats(shape, () => 8 * random() - 4);
    return { [name]: predictions, targets: floats(shape, () => target(random)) } as Inputs<N | "targets">;
  };
