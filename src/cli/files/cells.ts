/** What a cell of a table says: a number, a gap or a word. The one place that knows the markers of missing values. */

const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;
const INFINITE = /^([-+]?)inf(inity)?$/i;

/** Not a number, as Python, NumPy, R, C and Windows' C write it. */
const NOT_A_NUMBER = new Set([
  "nan",
  "-nan",
  "+nan",
  "1.#ind",
  "-1.#ind",
  "1.#qnan",
  "-1.#qnan",
  "nan(ind)",
  "-nan(ind)",
]);

/** Nothing, as pandas, R, databases and spreadsheets write it. */
const NOTHING = new Set(
  (" |?|na|n/a|<na>|nat|null|#na|#n/a|#n/a n/a|#div/0!|#value!|#ref!|#name?|#num!|#null!" as const)
    .split("|")
    .map((word) => word.trim()),
);

/** Words that stand for a gap among numbers, and for themselves among words ("+" and "-" are two classes). */
const DOUBTFUL = new Set([".", "-", "--", "none", "missing"]);

/** Whether a cell's text is a number, as every program reads it: no hexadecimals, no underscores. */
export const isNumber = (text: string): boolean => NUMBER.test(text);

/** Whether a cell's text is NaN itself, rather than a gap. */
export const isNaNText = (text: string): boolean => NOT_A_NUMBER.has(text.toLowerCase());

/** "inf" with its sign as a number; undefined for other texts. */
export function infinityOf(text: string): number | undefined {
  const match = INFINITE.exec(text);
  if (!match) return undefined;
  return match[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

/** Whether a cell's text says that a value is missing. Python's None is; the word "none" may be a class. */
export const isGap = (text: string): boolean => text === "None" || isNaNText(text) || NOTHING.has(text.toLowerCase());

/** Whether a cell's text says so where all others are numbers. */
export const isGapAmongNumbers = (text: string): boolean => DOUBTFUL.has(text.toLowerCase());

const looks: readonly (readonly [RegExp, string])[] = [
  [/^[-+]?\d{1,3}(,\d{3})+(\.\d*)?$/, "a number with commas between its digits"],
  [/^[-+]?\d+,\d+$/, "a number with a decimal comma"],
  [/^[-+]?\d{1,3}([ '\u00a0\u202f]\d{3})+([.,]\d*)?$/, "a number in groups of digits"],
  [/^[-+]?\p{Sc}\s*[-+]?[\d.,]+$|^[-+]?[\d.,]+\s*\p{Sc}$/u, "an amount with a currency sign"],
  [/^[-+]?[\d.,]+\s*%$/, "a percentage"],
  [/^\u2212[\d.,]+(e[-+\u2212]?\d+)?$|^[-+]?[\d.,]+e\u2212\d+$/i, "a number with a minus sign that is not a hyphen"],
  [/^[-+]?\d{1,3}\/\d{1,3}$/, "a fraction"],
  [/^\d{4}-\d\d?-\d\d?([T ].*)?$|^\d\d?[./]\d\d?[./]\d{2,4}$/, "a date"],
];

/** What a text that is not a number seems to mean: "a percentage"; undefined where it is just a word. */
export const looksLike = (text: string): string | undefined => looks.find(([pattern]) => pattern.test(text))?.[1];

const isValue = (text: string): boolean =>
  isNumber(text) || isGap(text) || infinityOf(text) !== undefined || looksLike(text) !== undefined;

/** Whether no text of a line can be the name of a column: all are numbers, what looks like them, or missing values. */
export const namesNothing = (texts: readonly string[]): boolean =>
  texts.every((text) => isValue(text) || isGapAmongNumbers(text)) && texts.some((text) => text !== "" && isValue(text));
