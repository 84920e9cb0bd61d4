/**
 * Times value and gradient of losses beside their peers, in one run, on the same data, each on one thread.
 *
 *     npm run bench                           all rows
 *     npm run bench -- --only huberLoss       rows of a loss by its public name, or by part of a row's name; may be repeated
 *     npm run bench -- --quick                shorter rounds; writes nothing
 *
 * What was measured goes into bench/results.md, results.json and the tables of README.md and README.zh.md, the other rows staying as
 * they are. A time is the median of repeated calls, the second of two where they take seconds; a ratio is a peer's median over
 * Lossary's with resident tensors.
 */
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { jaxRows } from "./engines/jax.ts";
import type { EngineRow } from "./engines/row.ts";
import { tensorflowRows } from "./engines/tfjs.ts";
import { jaxJs, lossaryEndToEnd, lossaryResident, type Peer, plainJavaScript, tensorflow } from "./peers/javascript.ts";
import { keepMemory, type Measured, timePython } from "./peers/python.ts";
import { type Results, record, resultsTable, type Setting } from "./results.ts";
import type { Row } from "./row.ts";
import { rows, wantedBy } from "./rows.ts";

const say = (text: string) => process.stderr.write(`${text}\n`);

/** What was asked for; ends the process where that cannot be read. */
function asked() {
  try {
    const { values } = parseArgs({
      options: { only: { type: "string", multiple: true }, quick: { type: "boolean", default: false } },
    });
    return { ...values, wanted: wantedBy(values.only, [...rows, ...engineRows]) };
  } catch (error) {
    say(`npm run bench: ${(error as Error).message}`);
    process.exit(2);
  }
}

const engineRows = [...tensorflowRows(), ...jaxRows()];
const { wanted, quick } = asked();
const seconds = quick ? 0.3 : 1;
const measuredRows = rows.filter(wanted);

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
  const expected = measured.Lossary?.value as number;
  return Object.entries(measured)
    .filter(([, { value }]) => !(Math.abs(value - expected) <= 0.01 * Math.abs(expected)))
    .map(([name, { value }]) => `${row.name}: ${name} computes ${value}, Lossary ${expected}`);
}

say(`PyTorch and SciPy: ${measuredRows.length} rows`);
const python = timePython(measuredRows, seconds);
const kept = timePython(
  measuredRows.map((row) => ({ ...row, scipy: undefined })),
  seconds,
  keepMemory,
);
if (python.missing) say(`PyTorch and SciPy are left out: ${python.missing}`);
const setting: Setting = {
  date: new Date().toISOString().slice(0, 10),
  machine: cpus()[0]?.model ?? process.arch,
  node: process.version,
  torch: python.version ?? null,
};
const peers = [lossaryResident, lossaryEndToEnd, plainJavaScript, tensorflow, jaxJs];
const wrong: string[] = [];

async function measureRow(row: Row): Promise<Results["rows"][number]> {
  say(row.name);
  const measured = { ...(await timeRow(row, peers)), ...python.rows?.[row.name] };
  const { PyTorch } = kept.rows?.[row.name] ?? {};
  if (PyTorch) measured["PyTorch, memory kept"] = PyTorch;
  wrong.push(...disagreements(row, measured));
  const ms = Object.fromEntries(Object.entries(measured).map(([name, { ms }]) => [name, ms]));
  return { name: row.name, setting, ms };
}

async function measureEngineRow(row: EngineRow): Promise<Results["engines"][number]> {
  say(row.name);
  return { name: row.name, setting, ...(await timeEngineRow(row)) };
}

/** One after the other, so that none disturbs another. */
async function inTurn<T, R>(all: readonly T[], measure: (one: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const one of all) results.push(await measure(one));
  return results;
}

const results: Results = {
  rows: await inTurn(measuredRows, measureRow),
  engines: await inTurn(engineRows.filter(wanted), measureEngineRow),
};
process.stdout.write(`${resultsTable(results)}\n`);
for (const line of wrong) say(line);
const names = (all: readonly { readonly name: string }[]) => all.map(({ name }) => name);
if (wrong.length > 0) process.exitCode = 1;
else if (!quick) record(join(import.meta.dirname, ".."), results, { rows: names(rows), engines: names(engineRows) });
