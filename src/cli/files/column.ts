/** A column of a table: numbers, and the texts of the cells that are not numbers. */
import { isNumber } from "./cells.ts";

export interface Column {
  readonly name: string;
  /** By row; NaN where a cell is not a number. */
  readonly numbers: Float64Array;
  /** By row: 0 where the number says it all, otherwise one more than the place of the cell's text in `words`. */
  readonly codes: Uint32Array;
  /** Texts of cells, trimmed, each once. */
  readonly words: readonly string[];
}

/** A cell as text; a number in its shortest form, so that 1 and 1.0 are the same. */
export function cellText({ numbers, codes, words }: Column, row: number): string {
  const code = codes[row] as number;
  return code === 0 ? String(numbers[row]) : (words[code - 1] as string);
}

/** A column that grows from cell to cell. */
export class ColumnBuilder {
  count = 0;
  #numbers = new Float64Array(1024);
  #codes: Uint32Array | undefined;
  readonly #words = new Map<string, number>();

  addNumber(value: number): void {
    if (this.count === this.#numbers.length) this.#grow();
    this.#numbers[this.count++] = value;
  }

  addText(cell: string): void {
    const text = cell.trim();
    const value = isNumber(text) ? Number(text) : Number.NaN;
    this.addNumber(value);
    // Whole numbers that no double holds keep their digits: two of them may be two classes.
    if (!Number.isFinite(value) || (Math.abs(value) > Number.MAX_SAFE_INTEGER && /^[-+]?\d+$/.test(text)))
      this.#keep(text);
  }

  /** Takes a value as pandas would write it into a .csv; false for lists, records and bytes. */
  addValue(value: unknown): boolean {
    if (typeof value === "number" && Number.isFinite(value)) this.addNumber(value);
    else if (typeof value === "boolean") this.addText(value ? "True" : "False");
    else if (value instanceof Date) this.addText(dateText(value));
    else if (value == null) this.addText("");
    else if (typeof value === "object") return false;
    else this.addText(String(value));
    return true;
  }

  /** The first `rows` cells under a name. */
  column(name: string, rows = this.count): Column {
    const codes = this.#codes?.slice(0, rows) ?? new Uint32Array(rows);
    return { name, numbers: this.#numbers.slice(0, rows), codes, words: [...this.#words.keys()] };
  }

  #keep(text: string): void {
    let code = this.#words.get(text);
    if (code === undefined) {
      code = this.#words.size + 1;
      this.#words.set(text, code);
    }
    this.#codes ??= new Uint32Array(this.#numbers.length);
    this.#codes[this.count - 1] = code;
  }

  #grow(): void {
    const numbers = new Float64Array(2 * this.#numbers.length);
    numbers.set(this.#numbers);
    this.#numbers = numbers;
    if (!this.#codes) return;
    const codes = new Uint32Array(numbers.length);
    codes.set(this.#codes);
    this.#codes = codes;
  }
}

/** "2020-01-31", with the time where it is not midnight. */
function dateText(date: Date): string {
  if (Number.isNaN(date.getTime())) return "";
  const [day, time] = date.toISOString().split("T") as [string, string];
  return time === "00:00:00.000Z" ? day : `${day} ${time.replace(/(\.000)?Z$/, "")}`;
}
