/** Parsers of flags that several commands have. */
import { InvalidArgumentError } from "commander";

/** A parser of whole numbers in a range. */
export const whole = (low: number, high: number) => (text: string) => {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= low && value <= high) return value;
  throw new InvalidArgumentError(`Expected a whole number in ${low}…${high}.`);
};
