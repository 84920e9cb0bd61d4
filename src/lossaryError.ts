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

/** What caused an error, and which argument is wrong where its place does not say so. */
interface Details extends ErrorOptions {
  readonly argument?: string;
}

/** "huberLoss: delta" and "is 0, outside (0, ∞)", or "huberLoss" and "got 4 arguments", in one sentence. */
const sentence = (where: string, said: string) => `${where}${where.includes(": ") ? " " : ": "}${said}`;

/** Writes into an error what its place says: function and argument of "huberLoss: delta[3]". */
function place(error: Error, where: string, named: string | undefined): void {
  const [name, rest] = where.split(": ");
  const argument = named ?? rest?.replace(/[[. ].*$/s, "");
  Object.defineProperties(error, {
    function: { value: name },
    argument: { value: argument },
    [brand]: { value: true },
  });
}

/** A value of the wrong kind. `where` names function and argument: "huberLoss: delta". */
export class LossaryTypeError extends TypeError implements LossaryError {
  declare readonly function: string;
  declare readonly argument: string | undefined;

  constructor(where: string, said: string, details?: Details) {
    super(sentence(where, said), details);
    place(this, where, details?.argument);
  }
}

/** A value of the right kind that cannot be taken, or a shape that does not fit. */
export class LossaryRangeError extends RangeError implements LossaryError {
  declare readonly function: string;
  declare readonly argument: string | undefined;

  constructor(where: string, said: string, details?: Details) {
    super(sentence(where, said), details);
    place(this, where, details?.argument);
  }
}
