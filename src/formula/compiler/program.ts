/** A traced formula as the program of a kernel: with the gradients that are wanted, factors on them, and a sum. */
import { isOneHot, type MathNode } from "./algebra.ts";
import { derive } from "./derive.ts";
import type { Program } from "./emit.ts";
import { ALONG, inOrder, NotCompiled, varies } from "./graph.ts";
import { Lowering } from "./lower.ts";
import { broughtBy, followsNaN, forcesNaN } from "./nan.ts";
import { type Store, schedule } from "./schedule.ts";
import type { Trace } from "./trace.ts";
import type { Type } from "./vectors.ts";

/** What a call wants of a kernel. */
export interface Wanted {
  /** Of each argument, whether its gradient is wanted. */
  readonly gradients: readonly boolean[];
  readonly values: boolean;
  /** Whether there is a factor for every value. */
  readonly upstream: boolean;
}

export interface Setting {
  readonly type: Type;
  /** Of each argument, whether it holds whole numbers. */
  readonly index: readonly boolean[];
  readonly options: number;
  /** The places of options that are ≥ 0. */
  readonly positive: ReadonlySet<number>;
  readonly shared: boolean;
  /** Whether a call may want but some of what is wanted. */
  readonly selective?: boolean;
}

/** A gradient that is wanted, with the factors on it. */
interface Slope {
  /** The parameter with the address. */
  readonly to: string;
  readonly input: MathNode;
  readonly x: MathNode;
  /** The entry where a one-hot mask holds, which is computed in f64: p − 1 keeps its digits. */
  readonly entry: { readonly place: MathNode; readonly value: MathNode } | null;
}

interface Derived {
  readonly upstream: MathNode | null;
  /** A row's contribution to the result. */
  readonly sum: MathNode;
  readonly slopes: readonly Slope[];
}

/** Adds the gradients that are wanted to a trace; throws `NotCompiled` where no kernel can compute them. */
export function derivedOf({ algebra, inputs, value, space }: Trace, wanted: Wanted): Derived {
  const along = (space & ALONG) !== 0;
  const upstream = wanted.upstream ? algebra.input(inputs.length, space) : null;
  const asked = inputs.filter((_, i) => wanted.gradients[i]);
  const zero = algebra.const(0);
  const one = algebra.const(1);
  const weighed = (x: MathNode): MathNode =>
    upstream ? algebra.where(algebra.compare("eq", upstream, zero), zero, algebra.mul(upstream, x)) : x;
  // A row's value that is NaN makes its gradients NaN by their factor, where that reaches all of them.
  const factor = along ? algebra.scale() : algebra.seal(algebra.scale(), value);
  const broken = along ? null : new Set([factor, ...broughtBy(value)]);
  const sealed = (gradient: MathNode, to: MathNode): MathNode =>
    followsNaN(gradient, to) ? gradient : algebra.seal(gradient, to);
  // What gathers the slopes of several values gathers them weighed; anything else is weighed last.
  const mixed = along ? mixedIn(value) : new Set();
  const gathers = (input: MathNode) => along && (!varies(input) || mixed.has(input));
  const plain = derive(algebra, value, asked, one);
  const gathered = upstream && asked.some(gathers) ? derive(algebra, value, asked, weighed(one)) : plain;
  const sum = along ? algebra.sum(weighed(value)) : weighed(value);
  algebra.adjoint = true;
  const slopes = asked.map((input, i): Slope => {
    if (input.space === 2) throw new NotCompiled("wants the gradient of an argument that all rows share");
    if (gathers(input)) {
      const scaled = algebra.mul(algebra.scale(), gathered[i] ?? zero);
      return { to: `gradient${inputs.indexOf(input)}`, input, x: sealed(scaled, sum), entry: null };
    }
    const slope = plain[i] ?? zero;
    const oneHot = varies(input) && !along ? oneHotIn(slope) : null;
    const finished = (x: MathNode) => weighed(broken && forcesNaN(broken, x) ? x : sealed(x, value));
    return {
      to: `gradient${inputs.indexOf(input)}`,
      input,
      x: finished(algebra.spread(factor, oneHot ? algebra.given(slope, oneHot, false) : slope)),
      entry: oneHot && {
        place: oneHot.args.find((x) => !varies(x)) as MathNode,
        value: finished(algebra.mul(factor, algebra.pick(slope, oneHot))),
      },
    };
  });
  algebra.adjoint = false;
  return { upstream, sum, slopes };
}

export function programOf(traced: Trace, wanted: Wanted, setting: Setting): Program {
  const { type } = setting;
  const { inputs, value, space } = traced;
  const along = (space & ALONG) !== 0;
  const { upstream, sum, slopes } = derivedOf(traced, wanted);
  const roots = slopes.flatMap(({ x, entry }) => (entry ? [x, entry.place, entry.value] : [x]));
  const lowering = new Lowering(type, [value, sum, ...roots], setting.positive);
  const stores: Store[] = slopes.map(({ to, input, x, entry }) => ({
    to,
    node: lowering.of(x, varies(input) ? type : "f64"),
    along: varies(input),
    entry: entry && { place: lowering.of(entry.place), value: lowering.of(entry.value) },
  }));
  if (wanted.values)
    stores.unshift({ to: "values", node: lowering.of(value, along ? type : "f64"), along, entry: null });
  const total = lowering.of(sum);
  const kinds = [...inputs, ...(upstream ? [upstream] : [])];
  return {
    type,
    stores,
    sum: total,
    schedule: schedule([total], stores),
    inputs: kinds.map((input, i) => ({
      index: setting.index[i] ?? false,
      space: input.space,
      optional: input === upstream && (setting.selective ?? false),
    })),
    options: setting.options,
    shared: setting.shared,
    selective: setting.selective ?? false,
  };
}

/** What reaches a value through a reduction, and so the values of all of its row. */
function mixedIn(value: MathNode): Set<MathNode> {
  const mixed = new Set<MathNode>();
  for (const node of inOrder([value]).reverse())
    if (isReduction(node) || mixed.has(node)) for (const arg of node.args) mixed.add(arg);
  return mixed;
}

const isReduction = ({ op }: MathNode): boolean => op === "sum" || op === "pick";

/** The one mask of a row's own place that a gradient depends on, if it is one. */
function oneHotIn(root: MathNode): MathNode | null {
  const found = new Set<MathNode>();
  const seen = new Set<MathNode>();
  const visit = (node: MathNode): void => {
    if (seen.has(node)) return;
    seen.add(node);
    if (isOneHot(node)) found.add(node);
    if (node.op !== "sum" && node.op !== "max" && node.op !== "pick") for (const arg of node.args) visit(arg);
  };
  visit(root);
  const [first, ...others] = found;
  return first && others.length === 0 ? first : null;
}
