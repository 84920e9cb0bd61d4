/**
 * Errors that a caller can cause: a wrong kind is a TypeError, a wrong value or shape a RangeError, and both are a
 * LossaryError. Whatever else is thrown is a fault of the package, or of what the caller's own code threw.
 */

/** The same for every copy of the package, so that one knows the errors of another. */
const brand: unique symbol = Symbol.for("lossary.error") as never;

/** An error that a caller can cause; `error instanceof LossaryError` tells it from a bug. */
export abstract class LossaryError extends Error {
  /** The function that was called. */
  abstract readonly function: string;
  /** The argument or option that is wrong; undefined where it is none of them alone. */
  abstract readonly argument: string | undefined;

  static override [Symbol.hasInstance](value: unknown): value is LossaryError {
    return typeof value === "object" && value !== null && brand in value;
  }
}

/** "huberLoss: delta" and "is 0, outside (0, ∞)", or "huberLoss" and "got 4 arguments", in one sentence. */
const sentence = (where: string, said: string) => `${where}${where.includes(": ") ? " " : ": "}${said}`;

const functionOf = (where: string) => where.split(": ")[0] as string;
const argumentOf = (where: string) => where.split(": ")[1]?.replace(/[[. ].*$/s, "");

/** A value of the wrong kind. `where` names function and argument: "huberLoss: delta". */
export class LossaryTypeError extends TypeError implements LossaryError {
  readonly #where: string;

  constructor(where: string, said: string, options?: ErrorOptions) {
    super(sentence(where, said), options);
    this.#where = where;
  }

  get function(): string {
    return functionOf(this.#where);
  }

  get argument(): string | undefined {
    return argumentOf(this.#where);
  }

  get [brand](): true {
    return true;
  }
}

/** A value of the right kind that cannot be taken, or a shape that does not fit. */
export class LossaryRangeError extends RangeError implements LossaryError {
  readonly #where: string;

  constructor(where: string, said: string, options?: ErrorOptions) {
    super(sentence(where, said), options);
    this.#where = where;
  }

  get function(): string {
    return functionOf(this.#where);
  }

  get argument(): string | undefined {
    return argumentOf(this.#where);
  }

  get [brand](): true {
    return true;
  }
}
