/** Formulas as kernels: traced, derived, emitted and instantiated when a call first wants them. */
import { memory } from "../../kernel/arena.ts";
import { after, type Dtype, nowhere, type Pointer } from "../../kernel/kernels.ts";
import { refusal } from "../../kernel/refusal.ts";
import { emit, type Program, scratchBytes } from "./emit.ts";
import { emitPlanes, tileSize } from "./emitPlanes.ts";
import { ALONG, NotCompiled, ROW, type Space } from "./graph.ts";
import { derivedOf, programOf, type Wanted } from "./program.ts";
import { type Along, type Trace, type Traceable, trace } from "./trace.ts";

/** A formula of arguments whose shapes are symbols, and of options that are numbers. */
export interface Source extends Pick<Traceable, "formula"> {
  readonly arguments: readonly { readonly symbols: readonly string[]; readonly index: boolean }[];
  readonly options: number;
  /** The places of options that are ≥ 0. */
  readonly positive: ReadonlySet<number>;
  /** Whether the formula, once traced, has looked at lengths, and may be another at some of them. */
  readonly readsLengths?: () => boolean;
}

/** Addresses of arrays, in the order of the arguments; `nowhere` for what is not wanted. */
export interface KernelCall {
  readonly dtype: Dtype;
  /** Lengths by symbol; "..." is the product of the dimensions it stands for. */
  readonly lengths: Readonly<Record<string, number>>;
  readonly inputs: readonly Pointer[];
  readonly gradients: readonly Pointer[];
  readonly values: Pointer;
  readonly upstream: Pointer;
  readonly scale: number;
  readonly options: readonly number[];
  readonly take: (type: "bytes", count: number) => Pointer;
}

type Run = (...parameters: number[]) => number;
interface Kernel {
  readonly program: Program;
  readonly run: Run;
}

const EPSILON = { float32: 2 ** -23, float64: 2 ** -52 } as const;
/** Kernels of a formula on a memory: beyond these the oldest goes. */
const MOST_KERNELS = 32;
/** Lengths of which it is known whether the graph is another there: beyond these they are forgotten. */
const MOST_LENGTHS = 256;
/** Elements of a call of a kernel: a long first call would run to its end in code that is not optimized yet. */
const CHUNK = 1 << 16;

/** A length that is none of those that stand for any. */
const OTHER = 59;

/** Lengths that stand for any: no two are equal, so that a formula which mixes axes up is found out. */
const stand = (first: number, symbols: readonly string[]): Record<string, number> => {
  const primes = [17, 19, 23, 29, 31, 37, 41, 43, 47, 53];
  return Object.fromEntries(symbols.map((symbol, i) => [symbol, primes[(first + i) % primes.length] as number]));
};

export class FormulaKernels {
  readonly #source: Source;
  readonly #symbols: readonly string[];
  /** The shape of what has all axes. */
  readonly #full: readonly string[];
  /** Along which of them rows go. */
  readonly #along: Along | undefined;
  /** Symbols at whose other lengths the graph is another. */
  readonly #counted: readonly string[];
  /** Of lengths it was asked for, whether the graph is another there. */
  readonly #others = new Map<string, boolean>();
  /** Lengths that stand for any. */
  readonly #lengths: Readonly<Record<string, number>>;
  /** Along what the arguments vary, and the value. */
  readonly #spaces: readonly Space[];
  readonly #space: Space;
  readonly #kernels = new WeakMap<WebAssembly.Memory, Map<string, Kernel>>();
  /** Of the unreduced value. */
  readonly symbols: readonly string[];

  /** Traces the formula, and throws `NotCompiled` where no kernel can be made of it. */
  constructor(source: Source) {
    this.#source = source;
    this.#symbols = [...new Set(source.arguments.flatMap(({ symbols }) => symbols))].filter(
      (symbol) => !/^\d+$/.test(symbol),
    );
    this.#full = source.arguments
      .map(({ symbols }) => symbols)
      .reduce((longest, own) => (own.length > longest.length ? own : longest), []);
    const lengths = stand(0, this.#symbols);
    const first = this.#trace(lengths, "float64");
    this.#counted = this.#countedIn(first, lengths);
    this.#along = first.along;
    this.#spaces = first.inputs.map(({ space }) => space);
    this.#space = first.space;
    this.symbols = this.#space & ALONG ? this.#full : this.#rows;
    if (first.shape.join() !== this.symbols.map((symbol) => lengths[symbol] ?? Number(symbol)).join())
      throw new NotCompiled(
        `returns shape [${first.shape.map((own) => this.#symbols.find((name) => lengths[name] === own) ?? own).join(", ")}], which is not one of rows or elements`,
      );
    this.#lengths = lengths;
  }

  /** The axes that number the rows. */
  get #rows(): readonly string[] {
    const { first, end } = this.#along ?? { first: 0, end: this.#full.length };
    return [...this.#full.slice(0, first), ...this.#full.slice(end)];
  }

  /** The symbols of which another length makes another graph. */
  #countedIn(first: Trace, lengths: Readonly<Record<string, number>>): readonly string[] {
    const others = stand(3, this.#symbols);
    if (alike(first, this.#trace(others, "float64"))) return [];
    const alone = this.#symbols.filter(
      (symbol) => !alike(first, this.#trace({ ...lengths, [symbol]: OTHER }, "float64")),
    );
    return alone.length > 0 ? alone : this.#symbols;
  }

  #trace = (lengths: Readonly<Record<string, number>>, dtype: Dtype): Trace =>
    trace({
      arguments: this.#source.arguments,
      lengths,
      epsilon: EPSILON[dtype],
      along: this.#along,
      formula: this.#source.formula,
    });

  /** Fills what is wanted and returns Σ upstream · value. */
  run(call: KernelCall): number {
    const { dtype, lengths } = call;
    const { first, end } = this.#along ?? { first: 0, end: this.#full.length };
    const size = (symbols: readonly string[]) => sizeOf(symbols, lengths);
    // [outer, cols, inner]: rows go along the middle.
    const outer = size(this.#full.slice(0, first));
    const cols = size(this.#full.slice(first, end));
    const inner = size(this.#full.slice(end));
    const { program, run } = this.#kernelFor(call, inner > 1);
    const bytes = dtype === "float32" ? 4 : 8;
    /** What a run of the kernel gets, where element `element` begins, which is of row `row`. */
    const pointers = (element: number, row: number): Pointer[] => {
      const moved = (pointer: Pointer, space: Space, width = bytes) =>
        pointer === nowhere || space === ALONG ? pointer : after(pointer, (space === ROW ? row : element) * width);
      const inputs = this.#source.arguments.map(({ index }, i) =>
        moved(call.inputs[i] as Pointer, this.#spaces[i] as Space, index ? 4 : bytes),
      );
      const gradients = this.#spaces.map((space, i) => moved(call.gradients[i] as Pointer, space));
      const around = [call.upstream, call.values].map((pointer) => moved(pointer, this.#space));
      return [...inputs, ...[...around, ...gradients].filter((pointer) => pointer !== nowhere)];
    };
    const rest = [call.scale, ...call.options];
    let sum = 0;
    if (inner > 1) {
      const { tile, scratch } = tileSize(program, cols);
      const taken = call.take("bytes", scratch);
      const samples = Math.max(1, Math.floor(CHUNK / (cols * inner)));
      const count = samples > 1 ? inner : Math.ceil(CHUNK / cols / tile) * tile;
      for (let n = 0; n < outer; n += samples)
        for (let begin = 0; begin < inner; begin += count) {
          const part = [Math.min(samples, outer - n), Math.min(count, inner - begin), inner, cols, tile, taken];
          sum += run(...part, ...pointers(n * cols * inner + begin, n * inner + begin), ...rest);
        }
      return sum;
    }
    const byRows = this.#along !== undefined;
    const scratch = call.take("bytes", scratchBytes(program, byRows ? cols : Math.min(cols, CHUNK)));
    // Steps from one part of the work to the next.
    const most = byRows ? Math.max(1, Math.floor(CHUNK / Math.max(cols, 1))) : CHUNK;
    const total = byRows ? outer : cols;
    for (let begin = 0; begin < total; begin += most) {
      const count = Math.min(most, total - begin);
      const part = byRows ? [count, cols] : [1, count];
      sum += run(...part, scratch, ...pointers(begin * (byRows ? cols : 1), begin), ...rest);
    }
    return sum;
  }

  /** Throws `NotCompiled` where there cannot be a kernel with these gradients. */
  check(gradients: readonly boolean[]): void {
    derivedOf(this.#trace(this.#lengths, "float64"), { gradients, values: false, upstream: false });
  }

  /** What its kernel with these gradients does. */
  outline(gradients: readonly boolean[]): { readonly passes: number; readonly kept: number } {
    const wanted = { gradients, values: false, upstream: false };
    const { passes, kept } = this.#programOf(this.#trace(this.#lengths, "float64"), wanted, "float64").schedule;
    return { passes: passes.length, kept: kept.size };
  }

  /** How many unreduced values there are. */
  countValues(lengths: KernelCall["lengths"]): number {
    return sizeOf(this.symbols, lengths);
  }

  #kernelFor({ dtype, lengths, gradients, values, upstream }: KernelCall, inPlanes: boolean): Kernel {
    const kernels = this.#kernels.get(memory) ?? new Map<string, Kernel>();
    this.#kernels.set(memory, kernels);
    const wanted: Wanted = {
      gradients: gradients.map((pointer) => pointer !== nowhere),
      values: values !== nowhere,
      upstream: upstream !== nowhere,
    };
    const counted = this.#isOther(lengths) ? this.#symbols : this.#counted;
    const own = Object.fromEntries(counted.map((symbol) => [symbol, lengths[symbol] as number]));
    const key = `${dtype} ${wanted.gradients.map(Number).join("")} ${wanted.values} ${wanted.upstream} ${inPlanes} ${counted} ${Object.values(own)}`;
    const found = kernels.get(key);
    if (found) return found;
    const made = this.#make(this.#trace({ ...this.#lengths, ...own }, dtype), wanted, dtype, inPlanes);
    const [oldest] = kernels.keys();
    if (kernels.size >= MOST_KERNELS && oldest !== undefined) kernels.delete(oldest);
    kernels.set(key, made);
    return made;
  }

  /** Whether these lengths have a graph that others do not have. A formula that looks at lengths may choose by them. */
  #isOther(lengths: KernelCall["lengths"]): boolean {
    if (!this.#source.readsLengths?.()) return false;
    const key = this.#symbols.map((symbol) => lengths[symbol]).join();
    const known = this.#others.get(key);
    if (known !== undefined) return known;
    const counted = Object.fromEntries(this.#counted.map((symbol) => [symbol, lengths[symbol] as number]));
    const usual = this.#trace({ ...this.#lengths, ...counted }, "float64");
    const other = !alike(usual, this.#trace(lengths, "float64"));
    if (this.#others.size >= MOST_LENGTHS) this.#others.clear();
    this.#others.set(key, other);
    return other;
  }

  #programOf(traced: Trace, wanted: Wanted, dtype: Dtype): Program {
    return programOf(traced, wanted, {
      type: dtype === "float32" ? "f32" : "f64",
      index: this.#source.arguments.map(({ index }) => index),
      options: this.#source.options,
      positive: this.#source.positive,
      shared: !(memory.buffer instanceof ArrayBuffer),
    });
  }

  #make(traced: Trace, wanted: Wanted, dtype: Dtype, inPlanes: boolean): Kernel {
    const program = this.#programOf(traced, wanted, dtype);
    try {
      const module = new WebAssembly.Module((inPlanes ? emitPlanes : emit)(program));
      const { exports } = new WebAssembly.Instance(module, { env: { memory } });
      return { program, run: exports.run as unknown as Run };
    } catch (error) {
      throw refusal(error);
    }
  }
}

const sizeOf = (symbols: readonly string[], lengths: KernelCall["lengths"]): number =>
  symbols.reduce((product, symbol) => product * (lengths[symbol] ?? Number(symbol)), 1);

/** Whether two traces built the same graph, so that neither depends on its lengths. */
function alike(a: Trace, b: Trace): boolean {
  const [left, right] = [a.algebra.graph.nodes, b.algebra.graph.nodes];
  return (
    a.value.id === b.value.id &&
    left.length === right.length &&
    left.every((node, i) => {
      const other = right[i];
      return (
        other?.op === node.op &&
        Object.is(other.value, node.value) &&
        other.args.every((arg, k) => arg.id === node.args[k]?.id)
      );
    })
  );
}
