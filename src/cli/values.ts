/** Parsers of what follows a flag. */
import { InvalidArgumentError } from "commander";

/** A parser of whole numbers in a range. */
export const whole = (low: number, high: number) => (text: string) => {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= low && value <= high) return value;
  throw new InvalidArgumentError(`Expected a whole number in ${low}…${high}.`);
};

/** A parser of numbers from `low` to less than `high`. */
export const number = (low: number, high: number) => (text: string) => {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (value >= low && value < high) return value;
  throw new InvalidArgumentError(`Expected a number in [${low}, ${high}).`);
};

/** Names separated by commas. */
export const names = (text: string): string[] => text.split(",").map((name) => name.trim());
