/**
 * Times value and gradient of losses beside their peers, in one run, on the same data, each on one thread.
 *
 *     npm run bench                       all rows; writes bench/results.md, results.json and the tables of README.md and README.zh.md
 *     npm run bench -- --only focal       rows whose name contains the text, or one of several; writes nothing
 *     npm run bench -- --quick            shorter rounds; writes nothing
 *
 * A time is the median of repeated calls, the second of two where they take seconds; a ratio is a peer's median over Lossary's with resident tensors.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { classification } from "./classification.ts";
import { detection } from "./detection.ts";
import { distribution } from "./distribution.ts";
import { embedding } from "./embedding.ts";
import { jaxRows } from "./engines/jax.ts";
import type { EngineRow } from "./engines/row.ts";
import { tensorflowRows } from "./engines/tfjs.ts";
import { image } from "./image.ts";
import { pairLosses } from "./pairs.ts";
import { jaxJs, lossaryEndToEnd, lossaryResident, type Peer, plainJavaScript, tensorflow } from "./peers/javascript.ts";
import { keepMemory, type Measured, timePython } from "./peers/python.ts";
import { regression } from "./regression.ts";
import { type Results, resultsTable } from "./results.ts";
import type { Row } from "./row.ts";
import { scores } from "./scores.ts";
import { segmentation } from "./segmentation.ts";
import { similarity } from "./similarity.ts";

const { values: flags } = parseArgs({
  options: { only: { type: "string", multiple: true }, quick: { type: "boolean", default: false } },
});
const seconds = flags.quick ? 0.3 : 1;
const families = [
  classification,
  regression,
  embedding,
  similarity,
  pairLosses,
  detection,
  segmentation,
  image,
  distribution,
  scores,
];
/** Whether a row is asked for. */
const wanted = ({ name }: { readonly name: string }) =>
  flags.only?.some((text) => name.toLowerCase().includes(text.toLowerCase())) ?? true;
const rows = families.flat().filter(wanted);
const say = (text: string) => process.stderr.write(`${text}\n`);

const median = (times: number[]) => times.sort((a, b) => a - b)[times.length >> 1] as number;

/** Interleaves the peers of a row in rounds, so that a slow moment of the machine hits all of them. */
async function timeRow(row: Row, peers: readonly Peer[]): Promise<Record<string, Measured>> {
  const inputs = row.inputs();
  const ready = peers.flatMap((peer) => {
    const prepared = peer.prepare(row, inputs);
    return prepared ? [{ peer, ...prepared, times: [] as number[], value: Number.NaN, slow: false }] : [];
  });
  const timed = async ({ call }: (typeof ready)[number]) => {
    const start = performance.now();
    const value = await call();
    return { value, ms: performance.now() - start };
  };
  for (const entry of ready) {
    entry.slow = (await timed(entry)).ms > 2000 * seconds;
    const { value, ms } = await timed(entry);
    entry.value = value;
    if (entry.slow) entry.times.push(ms);
  }
  const rounds = 5;
  for (let round = 0; round < rounds; round++)
    for (const entry of ready.filter(({ slow }) => !slow)) {
      const end = performance.now() + (1000 * seconds) / rounds;
      for (let i = 0; i < 2 || performance.now() < end; i++) {
        entry.times.push((await timed(entry)).ms);
      }
    }
  for (const { dispose } of ready) dispose();
  return Object.fromEntries(ready.map(({ peer, times, value }) => [peer.name, { ms: median(times), value }]));
}

/** Both sides in turn, so that a slow moment hits both. */
async function timeEngineRow({ name, ours, theirs }: EngineRow): Promise<{ ours: number; theirs: number }> {
  const values = [await ours(), await theirs()] as const;
  if (!(Math.abs(values[0] - values[1]) <= 0.01 * Math.abs(values[1])))
    wrong.push(`${name}: ${values[0]} beside ${values[1]}`);
  const times = { ours: [] as number[], theirs: [] as number[] };
  const end = performance.now() + 4000 * seconds;
  while (times.ours.length < 5 || performance.now() < end)
    for (const side of ["ours", "theirs"] as const) {
      const start = performance.now();
      await (side === "ours" ? ours() : theirs());
      times[side].push(performance.now() - start);
    }
  return { ours: median(times.ours), theirs: median(times.theirs) };
}

/** Nobody is timed computing something else. */
function disagreements(row: Row, measured: Record<string, Measured>): string[] {
  const wanted = measured.Lossary?.value as number;
  return Object.entries(measured)
    .filter(([, { value }]) => !(Math.abs(value - wanted) <= 0.01 * Math.abs(wanted)))
    .map(([name, { value }]) => `${row.name}: ${name} computes ${value}, Lossary ${wanted}`);
}

say(`PyTorch and SciPy: ${rows.length} rows`);
const python = timePython(rows, seconds);
const kept = timePython(
  rows.map((row) => ({ ...row, scipy: undefined })),
  seconds,
  keepMemory,
);
if (python.missing) say(`PyTorch and SciPy are left out: ${python.missing}`);
const peers = [lossaryResident, lossaryEndToEnd, plainJavaScript, tensorflow, jaxJs];
const results: Results = { torch: python.version ?? null, node: process.version, rows: [], engines: [] };
const wrong: string[] = [];
for (const row of rows) {
  say(row.name);
  const measured = { ...(await timeRow(row, peers)), ...python.rows?.[row.name] };
  const { PyTorch } = kept.rows?.[row.name] ?? {};
  if (PyTorch) measured["PyTorch, memory kept"] = PyTorch;
  wrong.push(...disagreements(row, measured));
  results.rows.push({
    name: row.name,
    ms: Object.fromEntries(Object.entries(measured).map(([name, { ms }]) => [name, ms])),
  });
}
for (const row of [...tensorflowRows(), ...jaxRows()].filter(wanted)) {
  say(row.name);
  results.engines.push({ name: row.name, ...(await timeEngineRow(row)) });
}

const table = resultsTable(results);
process.stdout.write(`${table}\n`);
for (const line of wrong) say(line);
if (wrong.length > 0) process.exitCode = 1;
else if (!flags.quick && flags.only === undefined) {
  writeFileSync(join(import.meta.dirname, "results.md"), `${table}\n`);
  const marked = /(<!-- bench\/results.md -->\n)[\s\S]*?(<!-- end -->)/;
  for (const name of ["README.md", "README.zh.md"]) {
    const readme = join(import.meta.dirname, "..", name);
    writeFileSync(readme, readFileSync(readme, "utf8").replace(marked, `$1\n${table}\n\n$2`));
  }
  writeFileSync(join(import.meta.dirname, "results.json"), `${JSON.stringify(results, null, 2)}\n`);
}
