/**
 * The mathematics of a formula, simplified as it is built. Of a value nothing but what is exact is rewritten: an author's order
 * of operations is what keeps digits and avoids overflow. Of gradients (`adjoint`) a zero times anything is zero, like terms
 * meet, and factors move outward, to where they are computed once per row.
 */
import { ALONG, Graph, MOST_OPERATIONS, type Node, ROW, type Space, union, varies } from "./graph.ts";

const functions = {
  exp: Math.exp,
  expm1: Math.expm1,
  log: Math.log,
  log1p: Math.log1p,
  sqrt: Math.sqrt,
  atan: Math.atan,
} as const;

export type FunctionOp = keyof typeof functions;
type BinaryOp = "add" | "sub" | "mul" | "div";
type CompareOp = "lt" | "le" | "eq";

export type MathOp =
  | ("const" | "truth" | "input" | "option" | "scale" | "range" | "length")
  | (BinaryOp | "weigh" | "neg" | "abs" | "sign" | FunctionOp | "pow")
  | (CompareOp | "and" | "not" | "whole" | "where")
  | ("sum" | "max" | "pick" | "rarely")
  | ("stop" | "slope" | "seal");

export interface MathNode extends Node<MathOp> {}

/** What no gradient passes through. */
export const constants: ReadonlySet<MathOp> = new Set<MathOp>([
  ...(["stop", "max", "rarely", "lt", "le", "eq", "and", "not", "whole", "sign", "pow"] as const),
]);

export const masks: ReadonlySet<MathOp> = new Set<MathOp>(["truth", "lt", "le", "eq", "and", "not", "whole"]);

const numberOf = (x: MathNode): number | null => (x.op === "const" ? x.value : null);
const is = (x: MathNode, value: number): boolean => x.op === "const" && x.value === value;
/** Constants and row numbers are cheap beside elements. */
const rank = ({ space }: MathNode): number => (space & ALONG ? 2 : space);

export const factorsOf = (x: MathNode): MathNode[] =>
  x.op === "mul" || x.op === "weigh" ? x.args.flatMap(factorsOf) : [x];

/** A choice between something and zero. */
const isHalfEmpty = ({ op, args }: MathNode): boolean => op === "where" && args.slice(1).some((side) => is(side, 0));

/** Such a choice, or a sum of them by several masks: what they leave out must not meet what they are multiplied by. */
const isGuarded = (x: MathNode): boolean =>
  isHalfEmpty(x) || ((x.op === "add" || x.op === "sub") && x.args.every((arg) => factorsOf(arg).some(isGuarded)));

/** A mask that holds at one place of a row, whose number the row has. */
export const isOneHot = ({ op, args }: MathNode): boolean =>
  op === "eq" && args.some(({ op: own }) => own === "range") && args.some((x) => !varies(x));

const placeOf = (oneHot: MathNode): MathNode => oneHot.args.find((x) => !varies(x)) as MathNode;

export class Algebra {
  readonly graph = new Graph<MathNode>(MOST_OPERATIONS);
  /** Whether gradients are being built. */
  adjoint = false;

  const = (value: number): MathNode => this.graph.leaf("const", value, 0);
  truth = (holds: boolean): MathNode => this.graph.leaf("truth", Number(holds), 0);
  input = (place: number, space: Space): MathNode => this.graph.leaf("input", place, space);
  option = (place: number): MathNode => this.graph.leaf("option", place, 0);
  /** The factor on all gradients. */
  scale = (): MathNode => this.graph.leaf("scale", 0, 0);
  /** 0, 1, 2, … along a row. */
  range = (): MathNode => this.graph.leaf("range", 0, ALONG);
  /** Elements of a row. */
  length = (): MathNode => this.graph.leaf("length", 0, 0);

  #of = (op: MathOp, ...args: MathNode[]): MathNode => this.graph.of(op, args, union(...args));
  #commuting = (op: MathOp, a: MathNode, b: MathNode): MathNode =>
    a.id > b.id ? this.#of(op, b, a) : this.#of(op, a, b);

  add = (a: MathNode, b: MathNode): MathNode => {
    const [x, y] = [numberOf(a), numberOf(b)];
    if (x !== null && y !== null) return this.const(x + y);
    if (x === 0) return b;
    if (y === 0) return a;
    if (b.op === "neg") return this.sub(a, b.args[0] as MathNode);
    if (a.op === "neg") return this.sub(b, a.args[0] as MathNode);
    return this.#together("add", a, b) ?? this.#commuting("add", a, b);
  };

  sub = (a: MathNode, b: MathNode): MathNode => {
    const [x, y] = [numberOf(a), numberOf(b)];
    if (x !== null && y !== null) return this.const(x - y);
    if (y === 0) return a;
    if (x === 0) return this.neg(b);
    if (b.op === "neg") return this.add(a, b.args[0] as MathNode);
    if (a.op === "neg") return this.neg(this.add(a.args[0] as MathNode, b));
    return this.#together("sub", a, b) ?? this.#of("sub", a, b);
  };

  neg = (a: MathNode): MathNode => {
    const x = numberOf(a);
    if (x !== null) return this.const(-x);
    const [first, second, third] = a.args as [MathNode, MathNode, MathNode];
    if (a.op === "neg") return first;
    if (a.op === "sub") return this.sub(second, first);
    if (a.op === "mul" && numberOf(first) !== null) return this.mul(this.neg(first), second);
    if (a.op === "weigh") return this.#of("weigh", this.neg(first), second);
    if (a.op === "where" && (numberOf(second) !== null || numberOf(third) !== null))
      return this.where(first, this.neg(second), this.neg(third));
    return this.#of("neg", a);
  };

  mul = (a: MathNode, b: MathNode): MathNode => {
    const [x, y] = [numberOf(a), numberOf(b)];
    if (x !== null && y !== null) return this.const(x * y);
    if (y !== null) return this.mul(b, a);
    if (x === 1) return b;
    if (x === -1) return this.neg(b);
    if (x === 0 && this.adjoint) return a;
    if (a.op === "neg") return this.neg(this.mul(a.args[0] as MathNode, b));
    if (b.op === "neg") return this.neg(this.mul(a, b.args[0] as MathNode));
    if (a.op === "sign" && a.args[0] === b) return this.#of("abs", b);
    if (b.op === "sign" && b.args[0] === a) return this.#of("abs", a);
    // A square stays one: what is squared is often the smaller of two, which is a single instruction.
    if (a !== b && a.op === "where" && b.op === "where" && a.args[0] === b.args[0]) return this.#inBoth("mul", a, b);
    return (this.adjoint && this.#product(a, b)) || (x === null ? this.#commuting("mul", a, b) : this.#of("mul", a, b));
  };

  div = (a: MathNode, b: MathNode): MathNode => {
    const [x, y] = [numberOf(a), numberOf(b)];
    if (x !== null && y !== null) return this.const(x / y);
    if (y === 1 || (x === 0 && this.adjoint)) return a;
    // The inverse of a power of two is exact.
    if (y !== null && y !== 0 && Number.isInteger(Math.log2(Math.abs(y)))) return this.mul(this.const(1 / y), a);
    if (a.op === "neg") return this.neg(this.div(a.args[0] as MathNode, b));
    if (this.adjoint) {
      if (isGuarded(a) && b.space !== 0) return this.#into(a, (x) => this.div(x, b));
      const { inner, outer } = this.#split(factorsOf(a), (f) => rank(f) < rank(a));
      if (outer && inner) return this.mul(outer, this.div(inner, b));
    }
    return this.#of("div", a, b);
  };

  sign = (a: MathNode): MathNode => (a.op === "neg" ? this.neg(this.sign(a.args[0] as MathNode)) : this.#of("sign", a));

  abs = (a: MathNode): MathNode => (a.op === "neg" ? this.abs(a.args[0] as MathNode) : this.#of("abs", a));

  apply = (op: FunctionOp, a: MathNode): MathNode => {
    const x = numberOf(a);
    return x === null ? this.#of(op, a) : this.const(functions[op](x));
  };

  /** xᵖ for x > 0, through which no gradient passes. */
  pow = (x: MathNode, p: MathNode): MathNode => (is(p, 0) ? this.const(1) : is(p, 1) ? x : this.#of("pow", x, p));

  compare = (op: CompareOp, a: MathNode, b: MathNode): MathNode =>
    op === "eq" ? this.#commuting(op, a, b) : this.#of(op, a, b);

  and = (a: MathNode, b: MathNode): MathNode => {
    if (a.op === "truth") return a.value ? b : a;
    if (b.op === "truth") return b.value ? a : b;
    return a === b ? a : this.#commuting("and", a, b);
  };

  not = (a: MathNode): MathNode => {
    if (a.op === "truth") return this.truth(!a.value);
    return a.op === "not" ? (a.args[0] as MathNode) : this.#of("not", a);
  };

  whole = (a: MathNode): MathNode => this.#of("whole", a);
  stop = (a: MathNode): MathNode => (constants.has(a.op) || a.op === "const" ? a : this.#of("stop", a));
  /** y, with a slope of d by x beside those that it has. */
  slope = (y: MathNode, x: MathNode, d: MathNode): MathNode => this.graph.of("slope", [y, x, d], y.space);
  /** A gradient, NaN where the value is. */
  seal = (gradient: MathNode, value: MathNode): MathNode => this.#of("seal", gradient, value);

  where = (mask: MathNode, yes: MathNode, no: MathNode): MathNode => {
    if (mask.op === "truth") return mask.value ? yes : no;
    if (mask.op === "not") return this.where(mask.args[0] as MathNode, no, yes);
    const a = this.given(yes, mask, true);
    const b = this.given(no, mask, false);
    if (a === b) return a;
    if (a.op === "neg" && b.op === "neg")
      return this.neg(this.where(mask, a.args[0] as MathNode, b.args[0] as MathNode));
    return (this.adjoint && this.#constantOut(mask, a, b)) || this.#of("where", mask, a, b);
  };

  /** Along rows; a row has one number. */
  sum = (x: MathNode): MathNode => {
    if (!varies(x)) return this.mul(x, this.length());
    if (x.op === "neg") return this.neg(this.sum(x.args[0] as MathNode));
    const { inner, outer } = this.#split(factorsOf(x), (f) => !varies(f));
    if (outer && inner) return this.mul(outer, this.sum(inner));
    if (x.op === "where" && is(x.args[2] as MathNode, 0)) {
      const [mask, yes, zero] = x.args as [MathNode, MathNode, MathNode];
      if (!varies(mask)) return this.where(mask, this.sum(yes), zero);
      if (isOneHot(mask)) return this.where(this.#within(placeOf(mask)), this.pick(yes, mask), zero);
    }
    return this.graph.of("sum", [x], (x.space & ROW) as Space);
  };

  /** The largest along rows. */
  max = (x: MathNode): MathNode => (varies(x) ? this.graph.of("max", [x], (x.space & ROW) as Space) : x);

  /** A sum or maximum that only counts where a row's mask holds: rows are not gone through for it without need. */
  rarely = (mask: MathNode, reduction: MathNode): MathNode => this.#of("rarely", mask, reduction);

  /** x at the one place of each row where a mask holds. */
  pick = (x: MathNode, oneHot: MathNode): MathNode => {
    if (x === oneHot) return this.truth(true);
    if (!varies(x)) return x;
    if (x.op === "range") return placeOf(oneHot);
    if (x.op === "input") return this.graph.of("pick", [x, placeOf(oneHot)], placeOf(oneHot).space);
    return this.#rebuilt(
      x,
      x.args.map((arg) => this.pick(arg, oneHot)),
    );
  };

  /** x where a mask is known to hold, or not to. */
  given = (x: MathNode, mask: MathNode, holds: boolean): MathNode => {
    // Of x ≤ 0 more is known: the sign, and with it |x|.
    const signed = mask.op === "le" && is(mask.args[1] as MathNode, 0) ? (mask.args[0] as MathNode) : undefined;
    const first = signed?.id ?? mask.id;
    const memo = new Map<MathNode, MathNode>();
    const visit = (node: MathNode): MathNode => {
      if (node === mask) return this.truth(holds);
      if (node.op === "abs" && node.args[0] === signed)
        return holds ? this.neg(node.args[0] as MathNode) : (signed as MathNode);
      // A reduction also sees places where a mask that varies along the row is otherwise.
      const elsewhere = varies(mask) && (node.op === "sum" || node.op === "max" || node.op === "pick");
      if (node.id <= first || elsewhere || node.op === "rarely") return node;
      const known = memo.get(node);
      if (known) return known;
      const seen = this.#rebuilt(node, node.args.map(visit));
      memo.set(node, seen);
      return seen;
    };
    return visit(x);
  };

  #within(place: MathNode): MathNode {
    const inside = this.and(this.compare("le", this.const(0), place), this.compare("lt", place, this.length()));
    return this.and(this.whole(place), inside);
  }

  #rebuilt(x: MathNode, args: readonly MathNode[]): MathNode {
    if (args.every((arg, i) => arg === x.args[i])) return x;
    const [a, b, c] = args as [MathNode, MathNode, MathNode];
    switch (x.op) {
      case "exp":
      case "expm1":
      case "log":
      case "log1p":
      case "sqrt":
      case "atan":
        return this.apply(x.op, a);
      case "lt":
      case "le":
      case "eq":
        return this.compare(x.op, a, b);
      case "const":
      case "truth":
      case "input":
      case "option":
      case "scale":
      case "range":
      case "length":
        return x;
      case "where":
      case "slope":
        return this[x.op](a, b, c);
      case "weigh":
        return this.#of("weigh", a, b);
      case "pick":
        return this.graph.of("pick", [a, b], x.space);
      case "add":
      case "sub":
      case "mul":
      case "div":
      case "pow":
      case "and":
      case "seal":
      case "rarely":
        return this[x.op](a, b);
      default:
        return this[x.op](a);
    }
  }

  /** A sum or difference of choices by one mask, and of gradients' terms that have something in common. */
  #together(op: "add" | "sub", a: MathNode, b: MathNode): MathNode | null {
    if (a.op === "where" && b.op === "where" && a.args[0] === b.args[0]) return this.#inBoth(op, a, b);
    if (!this.adjoint) return null;
    return this.#likeTerms(op, a, b) ?? this.#intoChoice(op, a, b) ?? this.#commonFactor(op, a, b);
  }

  #inBoth(op: BinaryOp, a: MathNode, b: MathNode): MathNode {
    const [mask, yes, no] = a.args as [MathNode, MathNode, MathNode];
    const [, other, rest] = b.args as [MathNode, MathNode, MathNode];
    return this.where(mask, this[op](yes, other), this[op](no, rest));
  }

  /** δ + where(m, q − δ, 0) → where(m, q, δ) */
  #intoChoice(op: "add" | "sub", a: MathNode, b: MathNode): MathNode | null {
    const light = (x: MathNode) => x.op === "const" || x.op === "option";
    if (isHalfEmpty(b) && light(a)) {
      const [mask, yes, no] = b.args as [MathNode, MathNode, MathNode];
      return this.where(mask, this[op](a, yes), this[op](a, no));
    }
    if (isHalfEmpty(a) && light(b)) {
      const [mask, yes, no] = a.args as [MathNode, MathNode, MathNode];
      return this.where(mask, this[op](yes, b), this[op](no, b));
    }
    return null;
  }

  /** δ + q − δ → q, and 2x + 3x → 5x */
  #likeTerms(op: "add" | "sub", a: MathNode, b: MathNode): MathNode | null {
    // Twice a difference is not taken apart: that of two large numbers may be small.
    if (a === b && op === "add") return this.mul(this.const(2), a);
    const counts = new Map<MathNode | null, number>();
    let met = false;
    let size = 0;
    const gather = (x: MathNode, k: number): void => {
      size++;
      const [first, second] = x.args as [MathNode, MathNode];
      if (x.op === "add" || x.op === "sub") {
        gather(first, k);
        gather(second, x.op === "add" ? k : -k);
      } else if (x.op === "neg") gather(first, -k);
      else {
        const own = numberOf(x);
        const times = x.op === "mul" ? numberOf(first) : null;
        const base = own !== null ? null : times !== null ? second : x;
        if (counts.has(base)) met = true;
        counts.set(base, (counts.get(base) ?? 0) + k * (own ?? times ?? 1));
      }
    };
    gather(a, 1);
    gather(b, op === "add" ? 1 : -1);
    // A long sum that has to be gone through again and again costs more than it saves.
    if (!met || size > 12) return null;
    let total: MathNode | null = null;
    for (const [base, k] of counts) {
      if (k === 0) continue;
      const size = this.const(Math.abs(k));
      const term = base ? this.mul(size, base) : size;
      total = total ? this.#of(k < 0 ? "sub" : "add", total, term) : k < 0 ? this.neg(term) : term;
    }
    return total ?? this.const(0);
  }

  /** a x + b x → x (a + b) */
  #commonFactor(op: "add" | "sub", a: MathNode, b: MathNode): MathNode | null {
    const [left, right] = [factorsOf(a), factorsOf(b)];
    if (left.length + right.length < 3) return null;
    const common = left.find((x) => x.op !== "const" && right.includes(x));
    if (!common) return null;
    const without = (list: MathNode[]) => this.#multiplied(list.filter((_, i) => i !== list.indexOf(common)));
    return this.mul(common, this[op](without(left), without(right)));
  }

  /** where(m, k x, 0) → k where(m, x, 0), for constants and options k */
  #constantOut(mask: MathNode, a: MathNode, b: MathNode): MathNode | null {
    const [rest, first] = is(b, 0) ? [a, true] : is(a, 0) ? [b, false] : [null, false];
    if (!rest || rank(mask) === 0) return null;
    const { inner, outer } = this.#split(factorsOf(rest), (f) => f.space === 0);
    if (!outer || !inner) return null;
    const choice = first ? this.where(mask, inner, b) : this.where(mask, a, inner);
    return this.#grouped([...factorsOf(outer), ...factorsOf(choice)]);
  }

  /** A choice between something and zero keeps its zero, even beside infinity; other factors are grouped by where they vary. */
  #product(a: MathNode, b: MathNode): MathNode | null {
    const all = [...factorsOf(a), ...factorsOf(b)];
    if (all.some((x) => !varies(x) && isGuarded(x)) && all.some(varies) && !all.some((x) => varies(x) && isGuarded(x)))
      return this.#weighed(all);
    const guarded = all.find(isHalfEmpty) ?? all.find(isGuarded);
    const beside = guarded ? all.filter((x) => x !== guarded && x.space !== 0) : [];
    if (guarded && beside.length > 0) {
      const factor = this.#multiplied(beside);
      const scalars = all.filter((x) => x !== guarded && x.space === 0);
      return this.#grouped([...scalars, ...factorsOf(this.#into(guarded, (x) => this.mul(x, factor)))]);
    }
    const mixed = all.some((x) => x.op === "const" || x.space !== (all[0] as MathNode).space);
    return all.length > 2 || mixed ? this.#grouped(all) : null;
  }

  /** A factor times a gradient; where each term has a number of its row that it can be multiplied by, term by term. */
  spread = (factor: MathNode, gradient: MathNode): MathNode => {
    const isSum = (x: MathNode) => x.op === "add" || x.op === "sub";
    const inRows = (x: MathNode): boolean =>
      isSum(x) ? x.args.every(inRows) : factorsOf(x).some((own) => !varies(own));
    const times = (x: MathNode): MathNode => (isSum(x) ? this.#of(x.op, ...x.args.map(times)) : this.mul(factor, x));
    return varies(gradient) && inRows(gradient) ? times(gradient) : this.mul(factor, gradient);
  };

  /** An element's number times a row's that a choice may have made 0: it then makes 0 even of infinity. */
  #weighed(factors: readonly MathNode[]): MathNode {
    const own = this.#multiplied(factors.filter((x) => !varies(x)));
    return this.#of("weigh", own, this.#multiplied(factors.filter(varies)));
  }

  /** A choice, or a sum of choices, with what is chosen changed. */
  #into(guarded: MathNode, change: (x: MathNode) => MathNode): MathNode {
    const [first, yes, no] = guarded.args as [MathNode, MathNode, MathNode];
    if (guarded.op === "add" || guarded.op === "sub") return this[guarded.op](change(first), change(yes));
    const changed = (x: MathNode) => (is(x, 0) ? x : change(x));
    return this.where(first, changed(yes), changed(no));
  }

  #grouped(factors: readonly MathNode[]): MathNode {
    let number = 1;
    const groups: MathNode[][] = [[], [], []];
    for (const x of factors) {
      if (x.op === "const") number *= x.value;
      else (groups[rank(x)] as MathNode[]).push(x);
    }
    let product: MathNode | null = null;
    // A number goes where it is multiplied once in all.
    if (groups[0]?.length && Math.abs(number) !== 1) {
      product = this.const(number);
      number = 1;
    }
    for (const group of groups) {
      if (group.length === 0) continue;
      const own = group.sort((x, y) => x.id - y.id).reduce((x, y) => this.#of("mul", x, y));
      product = product ? this.#of("mul", product, own) : own;
    }
    if (!product || number === 0) return this.const(number);
    if (number === 1) return product;
    return number === -1 ? this.neg(product) : this.#of("mul", this.const(number), product);
  }

  #multiplied = (list: readonly MathNode[]): MathNode => list.reduce((x, y) => this.mul(x, y), this.const(1));

  #split(factors: readonly MathNode[], outward: (x: MathNode) => boolean) {
    const out = factors.filter(outward);
    if (out.length === 0 || out.length === factors.length) return { inner: null, outer: null };
    return { inner: this.#multiplied(factors.filter((x) => !outward(x))), outer: this.#multiplied(out) };
  }
}
