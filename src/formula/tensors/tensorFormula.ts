/** Formulas as tensor operations: traced, derived and laid out for the lengths of a call. */
import { type Dtype, nowhere } from "../../kernel/kernels.ts";
import { axesBefore } from "../../tensor/shapes.ts";
import { type Shape, sizeOf } from "../../tensor/tensor.ts";
import type { KernelCall } from "../compiler/compile.ts";
import { InvalidFormula } from "../invalid.ts";
import { dependents, derive } from "./derive.ts";
import type { ArrayNode, Names } from "./graph.ts";
import { TensorProgram } from "./program.ts";
import { mixesRows } from "./rows.ts";
import { type Trace, type Traceable, trace } from "./trace.ts";

/** A formula of arguments whose shapes are symbols, and of options that are numbers. */
export interface TensorSource extends Pick<Traceable, "formula"> {
  readonly arguments: readonly { readonly symbols: readonly string[]; readonly index: boolean }[];
}

/** What a call wants of a program. */
interface Wanted {
  readonly gradients: readonly boolean[];
  readonly values: boolean;
  readonly upstream: boolean;
}

/** Programs for other lengths or wishes: beyond these the oldest goes. */
const MOST_PROGRAMS = 16;

/** Lengths that stand for any: no two are equal, so that a formula which mixes axes up is found out. */
const PRIMES = [17, 19, 23, 29, 31, 37, 41, 43, 47, 53];
/** Some formulas need lengths that can be divided. */
const STANDS = [1, 12] as const;

export class TensorFormula {
  readonly #source: TensorSource;
  readonly #names: readonly string[];
  /** With lengths that stand for any. */
  readonly #trace: Trace;
  readonly #programs = new Map<string, TensorProgram>();
  /** Of the value; none for one number. */
  readonly symbols: readonly string[];

  /** Traces the formula, and throws `InvalidFormula` where it is wrong. */
  constructor(source: TensorSource) {
    this.#source = source;
    this.#names = [...new Set(source.arguments.flatMap(({ symbols }) => symbols))];
    this.#trace = this.#standIn();
    this.symbols = symbolsOf(this.#trace, this.#names.filter(isNumber).map(Number));
  }

  /** Traces at lengths that stand for any, of which the first that do are taken. */
  #standIn(): Trace {
    const faults: unknown[] = [];
    for (const factor of STANDS) {
      const lengths = this.#lengths((i) => factor * (PRIMES[i % PRIMES.length] as number));
      try {
        return this.#traceAt(lengths, namesOf(lengths));
      } catch (error) {
        if (!(error instanceof InvalidFormula)) throw error;
        faults.push(error);
      }
    }
    throw faults[0];
  }

  #lengths(stand: (place: number) => number): Readonly<Record<string, number>> {
    const symbols = this.#names.filter((symbol) => !isNumber(symbol));
    return Object.fromEntries(symbols.map((symbol, i) => [symbol, stand(i)]));
  }

  #traceAt(lengths: Readonly<Record<string, number>>, names: Names): Trace {
    const shapes = this.#source.arguments.map(({ symbols }) => symbols.map((own) => lengths[own] ?? Number(own)));
    return trace({ shapes, formula: this.#source.formula }, names);
  }

  /** Whether a value depends on other rows of the arguments than its own. */
  get mixesRows(): boolean {
    return this.symbols.length > 0 && mixesRows(this.#trace.graph, this.#trace.value);
  }

  /** Of each argument, whether the value has a slope by it. */
  reached(): boolean[] {
    const { graph, inputs, value } = this.#trace;
    return inputs.map((input) => dependents(graph, [input], value).has(value));
  }

  /** How many unreduced values there are. */
  countValues(lengths: KernelCall["lengths"]): number {
    return sizeOf(this.symbols.map((symbol) => lengths[symbol] ?? Number(symbol)));
  }

  /** Fills what is wanted and returns Σ upstream · value. */
  run(call: KernelCall): number {
    return this.#programFor(call).run(call);
  }

  /** What a call with all of these gradients computes, and holds at once: how many arrays of each shape. */
  plan(gradients: readonly boolean[]): { operations: number; arrays: ReadonlyMap<string, number> } {
    const { layout } = this.#make(this.#trace, "float64", { gradients, values: false, upstream: false });
    return { operations: layout.steps.length, arrays: layout.most };
  }

  #programFor({ dtype, lengths, gradients, values, upstream }: KernelCall): TensorProgram {
    const wanted = {
      gradients: gradients.map((pointer) => pointer !== nowhere),
      values: values !== nowhere,
      upstream: upstream !== nowhere,
    };
    const own = this.#lengths(() => 0);
    const key = `${dtype} ${Object.keys(own).map((symbol) => lengths[symbol])} ${JSON.stringify(wanted)}`;
    const found = this.#programs.get(key);
    if (found) return found;
    const made = this.#make(this.#traceAt(lengths, plainNames), dtype, wanted);
    const [oldest] = this.#programs.keys();
    if (this.#programs.size >= MOST_PROGRAMS && oldest !== undefined) this.#programs.delete(oldest);
    this.#programs.set(key, made);
    return made;
  }

  #make({ graph, inputs, value }: Trace, dtype: Dtype, wanted: Wanted): TensorProgram {
    const { binary, number, leaf } = graph;
    const upstream = wanted.upstream ? leaf("upstream", 0, value.shape) : null;
    const scale = leaf("scale", 0, []);
    const free = upstream && binary("equal", upstream, number(0));
    const total = (x: ArrayNode) =>
      graph.sum(
        x,
        x.shape.map((_, axis) => axis),
      );
    // What nothing flows to leaves no trace, not even NaN.
    const counted = free ? graph.where(free, number(0), value) : value;
    const sum = total(upstream ? binary("times", upstream, value) : value);
    const asked = inputs.filter((_, i) => wanted.gradients[i]);
    const derived =
      asked.length === 0 ? [] : derive(graph, value, asked, upstream ? binary("mul", upstream, scale) : scale);
    const gradients = inputs.map((input, i) => {
      if (!wanted.gradients[i]) return null;
      const slope = derived[asked.indexOf(input)] ?? number(0);
      const own = this.#source.arguments[i]?.symbols ?? [];
      return graph.broadcast(binary("seal", slope, this.#beside(own, input.shape, counted, total, graph)), input.shape);
    });
    const outputs = { sum, values: wanted.values ? value : null, gradients };
    return new TensorProgram(
      outputs,
      dtype,
      this.#source.arguments.map(({ index }) => index),
      keyOf(graph.names),
    );
  }

  /** The values as they lie in an argument, or where they do not lie in it their sum: where they are NaN its gradient is. */
  #beside(
    own: readonly string[],
    shape: Shape,
    values: ArrayNode,
    total: (x: ArrayNode) => ArrayNode,
    graph: Trace["graph"],
  ) {
    const before = axesBefore(own.join(" "), this.symbols.join(" "));
    if (before === null || this.symbols.length === 0) return graph.reshape(total(values), []);
    const lead = before.split(" ").filter(Boolean).length;
    const lengths = [...shape.slice(0, lead).map(() => 1), ...values.shape];
    return graph.reshape(values, [...lengths, ...shape.slice(lengths.length).map(() => 1)]);
  }
}

const isNumber = (symbol: string): boolean => /^\d+$/.test(symbol);
const plainNames: Names = { show: (shape) => `[${shape.join(", ")}]`, isSymbol: () => false };

function namesOf(lengths: Readonly<Record<string, number>>): Names {
  const symbols = new Map(Object.entries(lengths).map(([symbol, length]) => [length, symbol]));
  return {
    show: (shape) => `[${shape.map((length) => symbols.get(length) ?? length).join(", ")}]`,
    isSymbol: (length) => symbols.has(length),
  };
}

/** Shapes are counted together that differ in axes of length 1 alone. */
const keyOf =
  ({ show }: Names) =>
  (shape: Shape): string =>
    show(shape.filter((length) => length !== 1));

/** The symbols of a value's axes, or their lengths where arguments have these written out. */
function symbolsOf({ value, graph: { names } }: Trace, fixed: readonly number[]): readonly string[] {
  const shown = names.show(value.shape);
  const symbols = shown.slice(1, -1).split(", ").filter(Boolean);
  const known = value.shape.every((length) => names.isSymbol(length) || (length > 1 && fixed.includes(length)));
  if (!known || new Set(symbols).size < symbols.length)
    throw new InvalidFormula(
      `returns shape ${shown}, expected axes of the arguments, each once, such as one number per row, or one number in all`,
    );
  return symbols;
}
