/** Reads a formula as a reader types it, and says where it stops making sense. */
import type { Text } from "../kit/widget.ts";
import { type Expression, evaluate, functions, namesOf } from "./syntax.ts";

/** What is wrong with a formula, and with which of its characters: from the first up to, and without, the last. */
export interface Fault {
  readonly says: Text;
  readonly from: number;
  readonly to: number;
}
export type Parsed = { readonly expression: Expression } | { readonly fault: Fault };

/** Words that cannot name an option: the copied code is TypeScript, and its call has options of its own. */
const reserved = new Set(
  (
    "arguments as async await break case catch class const continue debugger default delete do else enum eval export " +
    "extends false finally for from function if implements import in instanceof interface let m new null of package " +
    "private protected public return static super switch this throw true try typeof undefined var void while with " +
    "yield predictions targets reduction sampleWeight upstream wrt out checkFinite"
  ).split(" "),
);

interface Token {
  readonly kind: "number" | "name" | "sign" | "end";
  readonly text: string;
  readonly from: number;
  readonly to: number;
}
/** A part of a formula and where it stands. */
interface Part {
  readonly expression: Expression;
  readonly condition: boolean;
  readonly from: number;
  readonly to: number;
}

class Stop extends Error {
  constructor(readonly fault: Fault) {
    super();
  }
}
const stop = ({ from, to }: { from: number; to: number }, en: string, zh: string): never => {
  throw new Stop({ from, to, says: { en: `Column ${from + 1}: ${en}.`, zh: `第 ${from + 1} 列：${zh}。` } });
};

/** Signs that are written in other ways: in print, and by Chinese keyboards. */
const alike = new Map(
  Object.entries({
    "−": "-",
    "–": "-",
    "×": "*",
    "·": "*",
    "÷": "/",
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
    "=": "==",
    "**": "^",
    "（": "(",
    "）": ")",
    "，": ",",
  }),
);
const pattern =
  /\s*(?:(?<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?<name>\p{L}[\p{L}\p{N}_]*)|(?<sign>\*\*|[<>=!]=|[-+*/^(),<>=−–×·÷≤≥≠（），]))/uy;

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  pattern.lastIndex = 0;
  let end = 0;
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const { number, name, sign } = match.groups as Record<string, string | undefined>;
    end = pattern.lastIndex;
    const written = (number ?? name ?? sign) as string;
    const kind = number !== undefined ? "number" : name !== undefined ? "name" : "sign";
    tokens.push({ kind, text: alike.get(written) ?? written, from: end - written.length, to: end });
  }
  const rest = text.slice(end).trimStart();
  const from = text.length - rest.length;
  if (rest !== "") {
    const sign = String.fromCodePoint(rest.codePointAt(0) as number);
    stop({ from, to: from + sign.length }, `${sign} has no meaning in a formula`, `公式里没有 ${sign} 这个符号`);
  }
  tokens.push({ kind: "end", text: "", from: text.trimEnd().length, to: text.trimEnd().length + 1 });
  return tokens;
}

/** The formula that a text is, or what is wrong with it. `p` is the prediction, `t` the target, other names are options. */
export function parse(text: string): Parsed {
  try {
    return { expression: new Parser(tokensOf(text)).whole() };
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    return { fault: error.fault };
  }
}

class Parser {
  #place = 0;
  constructor(readonly tokens: readonly Token[]) {}

  whole(): Expression {
    const part = this.#comparison();
    if (this.#next.kind !== "end") this.#expected("an operator or the end", "运算符或结尾");
    return this.#sorted(part, "number").expression;
  }

  get #next(): Token {
    return this.tokens[this.#place] as Token;
  }

  #take(): Token {
    return this.tokens[this.#place++] as Token;
  }

  /** Takes the next token where it is one of these signs. */
  #sign(...signs: string[]): Token | undefined {
    return this.#next.kind === "sign" && signs.includes(this.#next.text) ? this.#take() : undefined;
  }

  #expected(en: string, zh: string): never {
    const found = this.#next;
    const end = found.kind === "end";
    return stop(
      found,
      `expected ${en}, found ${end ? "the end" : found.text}`,
      `此处应为${zh}，却是${end ? "结尾" : ` ${found.text}`}`,
    );
  }

  /** A part as what it has to be. */
  #sorted(part: Part, sort: "number" | "condition"): Part {
    if (part.condition && sort === "number")
      stop(
        part,
        "a condition, where a number is expected; choose by where(…)",
        "这是条件，此处应为数；请用 where(…) 选择",
      );
    if (!part.condition && sort === "condition")
      stop(part, "a number, where a condition is expected, such as p < t", "这是数，此处应为条件，例如 p < t");
    return part;
  }

  /** Without names a part is one number, which is to be one; and a condition would always be the same. */
  #made(expression: Expression, from: number, condition = false): Part {
    const part = { expression, condition, from, to: (this.tokens[this.#place - 1] as Token).to };
    if (namesOf(expression).length > 0) return part;
    if (condition) stop(part, "a condition that is always the same", "这个条件永远不变");
    if (!Number.isFinite(evaluate(expression, () => Number.NaN)))
      stop(part, "this is not a finite number", "这不是有限的数");
    return part;
  }

  #comparison(): Part {
    const left = this.#chain(["+", "-"], () => this.#product());
    const sign = this.#sign("<", "<=", ">", ">=", "==", "!=");
    if (!sign) return left;
    const right = this.#chain(["+", "-"], () => this.#product());
    const again = this.#sign("<", "<=", ">", ">=", "==", "!=");
    if (again)
      stop(again, "one comparison at a time; join two by and(…, …)", "一次只能比较一回；两个条件用 and(…, …) 连接");
    const operator = sign.text as "<";
    const [a, b] = [this.#sorted(left, "number"), this.#sorted(right, "number")];
    return this.#made({ kind: "comparison", operator, left: a.expression, right: b.expression }, left.from, true);
  }

  #product(): Part {
    return this.#chain(["*", "/"], () => this.#signed());
  }

  /** Operands joined from the left. */
  #chain(signs: string[], operand: () => Part): Part {
    let left = operand();
    for (let sign = this.#sign(...signs); sign; sign = this.#sign(...signs)) {
      const right = operand();
      const [a, b] = [this.#sorted(left, "number"), this.#sorted(right, "number")];
      const operator = sign.text as "+";
      left = this.#made({ kind: "binary", operator, left: a.expression, right: b.expression }, left.from);
    }
    return left;
  }

  #signed(): Part {
    const sign = this.#sign("-");
    if (!sign) return this.#power();
    const of = this.#sorted(this.#signed(), "number");
    return this.#made({ kind: "negative", of: of.expression }, sign.from);
  }

  #power(): Part {
    const base = this.#primary();
    if (!this.#sign("^")) return base;
    const sign = this.#sign("-");
    const given = this.#primary();
    const from = sign?.from ?? given.from;
    if (given.condition || namesOf(given.expression).length > 0)
      stop(
        { ...given, from },
        "an exponent is a number; for others write exp(y * log(x))",
        "指数须是数；其他情形请写 exp(y * log(x))",
      );
    const exponent = (sign ? -1 : 1) * (evaluate(given.expression, () => Number.NaN) as number);
    if (exponent === 0) stop({ ...given, from }, "to the power of 0 everything is 1", "任何数的 0 次方都是 1");
    const again = this.#sign("^");
    if (again) stop(again, "one ^ at a time; use parentheses", "连用 ^ 时请加括号");
    return this.#made({ kind: "power", base: this.#sorted(base, "number").expression, exponent }, base.from);
  }

  #primary(): Part {
    const token = this.#next;
    if (token.kind === "number") {
      this.#take();
      return this.#made({ kind: "number", value: Number(token.text) }, token.from);
    }
    if (token.kind === "name") return this.#named(this.#take());
    if (!this.#sign("(")) this.#expected("a number, a name or (", "数、名字或 (");
    const part = this.#comparison();
    if (!this.#sign(")")) this.#expected("an operator or )", "运算符或 )");
    return { ...part, from: token.from, to: (this.tokens[this.#place - 1] as Token).to };
  }

  #named(name: Token): Part {
    const operation = functions.get(name.text);
    const called = this.#sign("(");
    if (!operation && called) {
      const known = [...functions.keys()].join(", ");
      stop(name, `there is no function ${name.text}; there are ${known}`, `没有函数 ${name.text}；有的是 ${known}`);
    }
    if (!operation) {
      if (reserved.has(name.text) || name.text in {})
        stop(name, `${name.text} is taken; choose another name`, `${name.text} 已被占用，请换一个名字`);
      return this.#made({ kind: "name", name: name.text }, name.from);
    }
    if (!called) this.#expected(`( after ${name.text}`, `${name.text} 之后的 (`);
    const args: Part[] = [];
    do args.push(this.#sorted(this.#comparison(), operation.takes[args.length] ?? "number"));
    while (this.#sign(","));
    if (!this.#sign(")")) this.#expected("an operator, a comma or )", "运算符、逗号或 )");
    const whole = { from: name.from, to: (this.tokens[this.#place - 1] as Token).to };
    const count = operation.takes.length;
    if (args.length !== count)
      stop(
        whole,
        `${name.text} takes ${count} ${count === 1 ? "part" : "parts"}, got ${args.length}`,
        `${name.text} 要 ${count} 项，却有 ${args.length} 项`,
      );
    const expression: Expression = { kind: "call", name: name.text, args: args.map((arg) => arg.expression) };
    return this.#made(expression, name.from, operation.gives === "condition");
  }
}
