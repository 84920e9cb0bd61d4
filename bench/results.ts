/** The benchmark's outcome, which the handbook reads too, and its table in the README. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Under what a row was measured: numbers of different ones are not to be compared. */
export interface Setting {
  /** Day, in UTC: "2026-11-25". */
  readonly date: string;
  readonly machine: string;
  readonly node: string;
  readonly torch: string | null;
}

interface Measurement {
  readonly name: string;
  readonly setting: Setting;
}

export interface Results {
  readonly rows: readonly (Measurement & { readonly ms: Readonly<Record<string, number>> })[];
  /** Inside other engines: Lossary there, and what their users write. */
  readonly engines: readonly (Measurement & { readonly ours: number; readonly theirs: number })[];
}

/** Whom Lossary is compared with, in the order of the tables' columns. */
export const peers = ["PyTorch", "PyTorch, memory kept", "SciPy", "TensorFlow.js wasm", "jax-js wasm", "plain JS"];

const ratio = (peer: number | undefined, own: number) =>
  peer === undefined ? "–" : `${peer / own >= 10 ? (peer / own).toFixed(0) : (peer / own).toFixed(1)}x`;

/** Milliseconds of Lossary (resident, and end to end with copies), and how many times as long each peer takes. */
const table = (rows: readonly (readonly string[])[]): string =>
  [
    rows[0] as readonly string[],
    (rows[0] as readonly string[]).map((_, i) => (i === 0 ? "---" : "---:")),
    ...rows.slice(1),
  ]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");

/** Milliseconds inside an engine, and how many times as long the engine's own way takes. */
const enginesTable = (engines: Results["engines"]): string =>
  table([
    ["inside an engine, value + gradient", "Lossary, ms", "the engine's own way"],
    ...engines.map(({ name, ours, theirs }) => [name, ours.toFixed(2), ratio(theirs, ours)]),
  ]);

/** Items by a key, in order of appearance. */
export function grouped<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

/** The settings of rows, that of most rows first, with the names of each one's rows. */
export function settingsOf(rows: readonly Measurement[]): { readonly setting: Setting; readonly names: string[] }[] {
  const groups = grouped(rows, ({ setting }) => JSON.stringify(Object.entries(setting).sort()));
  return [...groups.values()]
    .map((of) => ({ setting: (of[0] as Measurement).setting, names: of.map(({ name }) => name) }))
    .sort((a, b) => b.names.length - a.names.length);
}

type Runs = ReturnType<typeof settingsOf>;

/** Runs in words: the first stands for all rows that no other one names. */
export const told = (runs: Runs, separator: string): string =>
  runs
    .map(({ setting: { date, machine, node, torch }, names }, i) => {
      const which = i === 0 ? "" : `${names.join("; ")}: `;
      return `${which}${date}, ${machine}, Node ${node.slice(1)}${torch ? `, PyTorch ${torch}` : ""}`;
    })
    .join(separator);

/** Where and when rows were measured; says so where that differs. */
function measured(runs: Runs): string {
  const several = runs.length > 1 ? "Not all of one run, so that only rows of one are to be compared. Most: " : "";
  return `${several}${told(runs, ". ")}.`;
}

export function resultsTable({ rows, engines }: Results): string {
  const head = ["value + gradient, f32, one thread", "Lossary, ms", "end to end, ms", ...peers];
  const body = rows.map(({ name, ms }) => {
    const own = ms.Lossary as number;
    return [
      name,
      own.toFixed(2),
      (ms["Lossary end to end"] as number).toFixed(2),
      ...peers.map((peer) => ratio(ms[peer], own)),
    ];
  });
  return `${table([head, ...body])}\n\n${engines.length > 0 ? `${enginesTable(engines)}\n\n` : ""}${measured(settingsOf([...rows, ...engines]))} Peers: their time over ours; SciPy computes the value alone. “Memory kept”: with an allocator told to keep what was freed (MALLOC_TRIM_THRESHOLD_), since page faults can take most of PyTorch's time on large tensors.`;
}

/** Rows in the order of the names: what was measured now, else what is on record; rows of other names are gone. */
const merged = <R extends Measurement>(names: readonly string[], now: readonly R[], before: readonly R[]): R[] =>
  names.flatMap((name) => [...now, ...before].find((row) => row.name === name) ?? []);

/**
 * Writes what was measured into results.json, results.md and the READMEs' tables of a repository, beside what is on record of the
 * rows not measured now; `names` are those of all rows.
 */
export function record(root: string, now: Results, names: Readonly<Record<keyof Results, readonly string[]>>): void {
  const json = join(root, "bench", "results.json");
  const before = JSON.parse(readFileSync(json, "utf8")) as Results;
  const results: Results = {
    rows: merged(names.rows, now.rows, before.rows),
    engines: merged(names.engines, now.engines, before.engines),
  };
  const text = resultsTable(results);
  const marked = /(<!-- bench\/results.md -->\n)[\s\S]*?(<!-- end -->)/;
  for (const name of ["README.md", "README.zh.md"]) {
    const readme = readFileSync(join(root, name), "utf8");
    writeFileSync(
      join(root, name),
      readme.replace(marked, (_, start, end) => `${start}\n${text}\n\n${end}`),
    );
  }
  writeFileSync(join(root, "bench", "results.md"), `${text}\n`);
  writeFileSync(json, `${JSON.stringify(results, null, 2)}\n`);
}
