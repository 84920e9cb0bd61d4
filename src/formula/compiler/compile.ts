/** Formulas as kernels: traced, derived, emitted and instantiated when a call first wants them. */
import { memory } from "../../kernel/arena.ts";
import { after, type Dtype, nowhere, type Pointer } from "../../kernel/kernels.ts";
import { refusal } from "../../kernel/refusal.ts";
import { emit, type Program, scratchBytes } from "./emit.ts";
import { NotCompiled } from "./graph.ts";
import { programOf, type Wanted } from "./program.ts";
import { type Trace, type Traceable, trace } from "./trace.ts";

/** A formula of arguments whose shapes are symbols, and of options that are numbers. */
export interface Source extends Pick<Traceable, "formula"> {
  readonly arguments: readonly { readonly symbols: readonly string[]; readonly index: boolean }[];
  readonly options: number;
  /** The places of options that are ≥ 0. */
  readonly positive: ReadonlySet<number>;
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
/** Elements of a call of a kernel: a long first call would run to its end in code that is not optimized yet. */
const CHUNK = 1 << 16;

/** Lengths that stand for any: no two are equal, so that a formula which mixes axes up is found out. */
const stand = (first: number, symbols: readonly string[]): Record<string, number> => {
  const primes = [17, 19, 23, 29, 31, 37, 41, 43, 47, 53];
  return Object.fromEntries(symbols.map((symbol, i) => [symbol, primes[(first + i) % primes.length] as number]));
};

export class FormulaKernels {
  readonly #source: Source;
  readonly #symbols: readonly string[];
  /** Whether the graph is another for other lengths. */
  readonly #byLength: boolean;
  /** Lengths that stand for any. */
  readonly #lengths: Readonly<Record<string, number>>;
  readonly #kernels = new WeakMap<WebAssembly.Memory, Map<string, Kernel>>();
  /** Of the unreduced value. */
  readonly symbols: readonly string[];
  /** Leading axes that are rows; 0 for a formula of elements alone. */
  readonly rowAxes: number;

  /** Traces the formula, and throws `NotCompiled` where no kernel can be made of it. */
  constructor(source: Source) {
    this.#source = source;
    this.#symbols = [...new Set(source.arguments.flatMap(({ symbols }) => symbols))].filter(
      (symbol) => !/^\d+$/.test(symbol),
    );
    const lengths = stand(0, this.#symbols);
    const first = this.#trace(lengths, "float64");
    this.#byLength = !alike(first, this.#trace(stand(3, this.#symbols), "float64"));
    this.rowAxes = first.rowAxes;
    const full = source.arguments.find(({ symbols }) => symbols.length === longest(source))?.symbols ?? [];
    this.symbols = first.shape.map((length, axis) => {
      const symbol = full[axis];
      if (symbol === undefined || (lengths[symbol] ?? Number(symbol)) !== length)
        throw new NotCompiled(
          `returns shape [${first.shape.map((own) => this.#symbols.find((name) => lengths[name] === own) ?? own).join(", ")}], which is not one of rows or elements`,
        );
      return symbol;
    });
    this.#lengths = lengths;
  }

  #trace = (lengths: Readonly<Record<string, number>>, dtype: Dtype): Trace =>
    trace({ arguments: this.#source.arguments, lengths, epsilon: EPSILON[dtype], formula: this.#source.formula });

  /** Fills what is wanted and returns Σ upstream · value. */
  run(call: KernelCall): number {
    const { dtype, lengths } = call;
    const { program, run } = this.#kernelFor(call);
    const full = this.#source.arguments.find(({ symbols }) => symbols.length === longest(this.#source))?.symbols ?? [];
    const size = (symbols: readonly string[]) => sizeOf(symbols, lengths);
    const byRows = this.rowAxes > 0;
    const rows = byRows ? size(full.slice(0, this.rowAxes)) : 1;
    const cols = size(full.slice(this.rowAxes));
    const scratch = call.take("bytes", scratchBytes(program, Math.min(cols, byRows ? cols : CHUNK)));
    const bytes = dtype === "float32" ? 4 : 8;
    // Steps from one part of the work to the next: elements of what is along rows, one per row of the rest.
    const most = byRows ? Math.max(1, Math.floor(CHUNK / Math.max(cols, 1))) : CHUNK;
    const total = byRows ? rows : cols;
    const moved = (pointer: Pointer, symbols: readonly string[], index: boolean, begin: number): Pointer => {
      if (pointer === nowhere || (byRows && symbols[0] !== full[0])) return pointer;
      return after(pointer, begin * (byRows ? size(symbols.slice(this.rowAxes)) : 1) * (index ? 4 : bytes));
    };
    let sum = 0;
    for (let begin = 0; begin < total; begin += most) {
      const count = Math.min(most, total - begin);
      const pointers = this.#source.arguments.map(({ symbols, index }, i) =>
        moved(call.inputs[i] as Pointer, symbols, index, begin),
      );
      if (call.upstream !== nowhere) pointers.push(moved(call.upstream, this.symbols, false, begin));
      if (call.values !== nowhere) pointers.push(moved(call.values, this.symbols, false, begin));
      for (const [i, { symbols }] of this.#source.arguments.entries())
        if (call.gradients[i]) pointers.push(moved(call.gradients[i] as Pointer, symbols, false, begin));
      sum += run(byRows ? count : 1, byRows ? cols : count, scratch, ...pointers, call.scale, ...call.options);
    }
    return sum;
  }

  /** What its kernel with these gradients does; throws `NotCompiled` where there cannot be one. */
  outline(gradients: readonly boolean[]): { readonly passes: number; readonly kept: number } {
    const wanted = { gradients, values: false, upstream: false };
    const { passes, kept } = this.#programOf(this.#trace(this.#lengths, "float64"), wanted, "float64").schedule;
    return { passes: passes.length, kept: kept.size };
  }

  /** How many unreduced values there are. */
  countValues(lengths: KernelCall["lengths"]): number {
    return sizeOf(this.symbols, lengths);
  }

  #kernelFor({ dtype, lengths, gradients, values, upstream }: KernelCall): Kernel {
    const kernels = this.#kernels.get(memory) ?? new Map<string, Kernel>();
    this.#kernels.set(memory, kernels);
    const wanted: Wanted = {
      gradients: gradients.map((pointer) => pointer !== nowhere),
      values: values !== nowhere,
      upstream: upstream !== nowhere,
    };
    const own = this.#byLength ? this.#symbols.map((symbol) => lengths[symbol]).join() : "";
    const key = `${dtype} ${wanted.gradients.map(Number).join("")} ${wanted.values} ${wanted.upstream} ${own}`;
    const found = kernels.get(key);
    if (found) return found;
    const made = this.#make(this.#trace(this.#byLength ? lengths : this.#lengths, dtype), wanted, dtype);
    const [oldest] = kernels.keys();
    if (kernels.size >= MOST_KERNELS && oldest !== undefined) kernels.delete(oldest);
    kernels.set(key, made);
    return made;
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

  #make(traced: Trace, wanted: Wanted, dtype: Dtype): Kernel {
    const program = this.#programOf(traced, wanted, dtype);
    try {
      const { exports } = new WebAssembly.Instance(new WebAssembly.Module(emit(program)), { env: { memory } });
      return { program, run: exports.run as unknown as Run };
    } catch (error) {
      throw refusal(error);
    }
  }
}

const sizeOf = (symbols: readonly string[], lengths: KernelCall["lengths"]): number =>
  symbols.reduce((product, symbol) => product * (lengths[symbol] ?? Number(symbol)), 1);

const longest = ({ arguments: specs }: Source) => Math.max(...specs.map(({ symbols }) => symbols.length));

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
