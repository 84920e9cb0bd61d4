/** Golden values of functions that are not losses: they lie beside the function, as name.golden.json. */
import { readFileSync } from "node:fs";

export interface Stored {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

export interface GoldenCase {
  readonly inputs: Readonly<Record<string, Stored>>;
  readonly options?: object;
}

export const goldenCases = <C extends GoldenCase>(path: string): readonly C[] =>
  (JSON.parse(readFileSync(path, "utf8")) as { cases: readonly C[] }).cases;
