/** A graph as steps on typed arrays in kernel memory, all of them in f64. */
import { kernels, memory } from "../../kernel/arena.ts";
import { after, type Dtype, nowhere, type Pointer } from "../../kernel/kernels.ts";
import { arrayTypes, type Shape, sizeOf } from "../../tensor/tensor.ts";
import { type ArrayNode, rootOf } from "./graph.ts";
import { clipLoop, type Loop, loops, powerLoop, reductions } from "./loops.ts";
import { nest, operandOf, stridesOf } from "./nest.ts";
import { type Layout, layOut } from "./storage.ts";

export interface Outputs {
  readonly sum: ArrayNode;
  readonly values: ArrayNode | null;
  /** One per argument; null for one that is not wanted. */
  readonly gradients: readonly (ArrayNode | null)[];
}

/** Addresses of arrays, in the order of the arguments; `nowhere` for what is not wanted. */
export interface ProgramCall {
  readonly inputs: readonly Pointer[];
  readonly upstream: Pointer;
  readonly values: Pointer;
  readonly gradients: readonly Pointer[];
  readonly scale: number;
  readonly options: readonly number[];
  readonly take: (type: "bytes", count: number) => Pointer;
}

type Run = (views: readonly Float64Array[]) => void;

const NUMBER = 8;

/** Steps for arguments of some float type, those in `index` of whole numbers. */
export class TensorProgram {
  readonly layout: Layout;
  readonly #outputs: Outputs;
  readonly #types: (place: number) => Dtype | "int32";
  /** The arrays in their order, and the place of each, by which steps name it. */
  readonly #arrays: readonly ArrayNode[];
  readonly #places: ReadonlyMap<ArrayNode, number>;
  readonly #steps: readonly Run[];
  /** Numbers that lie outside the block: constants, and those that come as numbers. */
  readonly #held: ReadonlyMap<ArrayNode, Float64Array>;
  readonly #dtype: Dtype;
  readonly #workspace: number;

  constructor(outputs: Outputs, dtype: Dtype, index: readonly boolean[], keyOf: (shape: Shape) => string) {
    this.#outputs = outputs;
    this.#dtype = dtype;
    this.#types = (place) => (index[place] ? "int32" : dtype);
    const results = [outputs.sum, outputs.values, ...outputs.gradients].filter((node) => node !== null);
    this.layout = layOut(results, (leaf) => this.#isCopied(leaf), keyOf);
    const { leaves, steps } = this.layout;
    this.#arrays = [...leaves, ...steps];
    this.#places = new Map(this.#arrays.map((node, i) => [node, i]));
    const held = (node: ArrayNode) => node.data ?? (isNumber(node) ? new Float64Array(1) : null);
    this.#held = new Map(leaves.flatMap((node) => ([[node, held(node)]] as const).filter(hasData)));
    this.#steps = steps.map((node) => stepOf(node, this.#placeOf));
    this.#workspace = steps.some(({ op }) => op === "product") ? kernels.float64.productWorkspace() : 0;
  }

  #placeOf = (node: ArrayNode): number => this.#places.get(rootOf(node)) as number;

  /** Whether a leaf has to be made f64 in a place of its own. */
  #isCopied({ op, numbers: [place = 0] }: ArrayNode): boolean {
    return op === "input" ? this.#types(place) !== "float64" : op === "upstream" && this.#dtype !== "float64";
  }

  /** Fills what is wanted and returns Σ upstream · value. */
  run(call: ProgramCall): number {
    const block = call.take("bytes", this.layout.size * NUMBER + this.#workspace);
    for (const [node, numbers] of this.#held)
      if (node.data === null)
        numbers[0] = node.op === "scale" ? call.scale : (call.options[node.numbers[0] as number] as number);
    const views = this.#arrays.map((node) => this.#viewOf(node, call, block));
    views.push(new Float64Array(memory.buffer, after(block, this.layout.size * NUMBER), 0));
    for (const step of this.#steps) step(views);
    const { sum, values, gradients } = this.#outputs;
    const found = (node: ArrayNode) => views[this.#placeOf(node)] as Float64Array;
    if (values && call.values !== nowhere) this.#write(call.values, found(values));
    for (const [i, gradient] of gradients.entries())
      if (gradient) this.#write(call.gradients[i] as Pointer, found(gradient));
    return found(sum)[0] as number;
  }

  #viewOf(node: ArrayNode, call: ProgramCall, block: Pointer): Float64Array {
    const held = this.#held.get(node);
    if (held) return held;
    const size = sizeOf(node.shape);
    const [place = 0] = node.numbers;
    const given = node.op === "input" ? (call.inputs[place] as Pointer) : call.upstream;
    const own = this.layout.places.get(node);
    if (own === undefined) return new Float64Array(memory.buffer, given, size);
    const view = new Float64Array(memory.buffer, after(block, own * NUMBER), size);
    if (node.op === "input" || node.op === "upstream") {
      const type = node.op === "input" ? this.#types(place) : this.#dtype;
      view.set(new arrayTypes[type](memory.buffer, given, size));
    }
    return view;
  }

  #write(to: Pointer, numbers: Float64Array): void {
    new arrayTypes[this.#dtype](memory.buffer, to, numbers.length).set(numbers);
  }
}

const isNumber = ({ op }: ArrayNode) => op === "option" || op === "scale";
const hasData = (entry: readonly [ArrayNode, Float64Array | null]): entry is [ArrayNode, Float64Array] =>
  entry[1] !== null;

function stepOf(node: ArrayNode, placeOf: (node: ArrayNode) => number): Run {
  const { op, args, shape, numbers } = node;
  const out = placeOf(node);
  const places = args.map(placeOf);
  const [a = 0, b = 0, c = 0] = places;
  const rank = shape.length;
  const [first] = args as [ArrayNode];
  const [one = 0, two = 0] = numbers;
  const at = (views: readonly Float64Array[], place: number) => views[place] as Float64Array;
  const elementwise = (loop: Loop, operands = args.map((arg) => operandOf(arg.shape, rank))): Run => {
    const walk = nest(shape, [operandOf(shape, rank), ...operands]);
    return (views) => walk(loop, at(views, out), at(views, a), at(views, b), at(views, c));
  };
  /** Copies an operand to where it begins along an axis of the result. */
  const placed = (place: number, own: Shape, axis: number, begin: number): Run => {
    const strides = stridesOf(shape);
    const base = begin * sizeOf(shape.slice(axis + 1));
    const walk = nest(own, [{ strides, base }, operandOf(own, rank)]);
    return (views) => walk(loops.copy, at(views, out), at(views, place), at(views, place), at(views, place));
  };
  switch (op) {
    case "sum":
    case "max":
    case "atLargest": {
      const lengths = [first.shape.slice(0, one), first.shape.slice(one, two), first.shape.slice(two)].map(sizeOf);
      const [before, count, rest] = lengths as [number, number, number];
      return (views) => reductions[op](at(views, a), at(views, out), before, count, rest);
    }
    case "product":
      return productStep(node, out, a, b);
    case "transpose": {
      const own = stridesOf(first.shape);
      return elementwise(loops.copy, [{ strides: numbers.map((axis) => own[axis] as number), base: 0 }]);
    }
    case "slice": {
      const base = two * sizeOf(first.shape.slice(one + 1));
      return elementwise(loops.copy, [{ strides: stridesOf(first.shape), base }]);
    }
    case "place": {
      const copy = placed(a, first.shape, one, two);
      return (views) => {
        at(views, out).fill(0);
        copy(views);
      };
    }
    case "concat": {
      let begin = 0;
      const copies = args.map((arg, i) => {
        const copy = placed(places[i] as number, arg.shape, one, begin);
        begin += arg.shape[one] as number;
        return copy;
      });
      return (views) => {
        for (const copy of copies) copy(views);
      };
    }
    case "broadcast":
      return elementwise(loops.copy);
    case "power":
      return elementwise(powerLoop(one));
    case "clip":
      return elementwise(clipLoop(one, two));
    case "input":
    case "option":
    case "scale":
    case "upstream":
    case "constant":
    case "reshape":
    case "stop":
      throw new Error(`internal: ${op} is not computed`);
    default:
      return elementwise(loops[op]);
  }
}

/** Matrix products by the package's kernel, one per entry of the leading axes. */
function productStep({ args, shape, numbers }: ArrayNode, out: number, a: number, b: number): Run {
  const [turnA, turnB] = [numbers[0] === 1, numbers[1] === 1];
  const [left] = args as [ArrayNode];
  const [m, n] = shape.slice(-2) as [number, number];
  const k = left.shape.at(turnA ? -2 : -1) as number;
  const strides = (turned: boolean, rows: number, columns: number): [number, number] =>
    turned ? [1, rows] : [columns, 1];
  const count = sizeOf(left.shape.slice(0, -2));
  return (views) => {
    const address = (place: number, each: number) =>
      ((views[place] as Float64Array).byteOffset + each * NUMBER) as Pointer;
    for (let i = 0; i < count; i++)
      kernels.float64.matrixProduct(
        ...([address(a, i * m * k), ...strides(turnA, m, k)] as const),
        ...([address(b, i * k * n), ...strides(turnB, k, n)] as const),
        ...([m, n, k, false, address(out, i * m * n)] as const),
        (views.at(-1) as Float64Array).byteOffset as Pointer,
      );
  };
}
