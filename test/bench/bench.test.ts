/** The benchmark finds rows by name and records them beside those it did not measure. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Results, record, resultsTable, type Setting } from "../../bench/results.ts";
import { optionsOf } from "../../bench/row.ts";
import { rows, wantedBy } from "../../bench/rows.ts";

const root = join(import.meta.dirname, "..", "..");
const found = (...texts: string[]) => rows.filter(wantedBy(texts, rows)).map(({ name }) => name);
const nameOf = (text: string) => rows.find(({ name }) => name.startsWith(text))?.name as string;

describe("--only", () => {
  it("finds rows by their loss's public name, without those of losses that contain it", () => {
    expect(found("huberLoss")).toEqual(["Huber 1M"]);
    expect(found("HUBERLOSS")).toEqual(["Huber 1M"]);
    expect(found("crossEntropy")).toContain("Cross entropy 64x32000");
    expect(found("crossEntropy")).not.toContain(nameOf("Binary cross entropy"));
    expect(found("crossEntropy")).not.toContain(nameOf("Soft cross entropy"));
  });

  it("finds rows by part of their name, and by one of several texts", () => {
    expect(found("x32000")).toEqual(["Cross entropy 64x32000"]);
    expect(found("huberLoss", "log-cosh")).toEqual(["Huber 1M", "Log-cosh 1M"]);
  });

  it("takes all rows without a text", () => {
    expect(rows.every(wantedBy(undefined, rows))).toBe(true);
  });

  it.each(["huberLos", ""])("says what there is where nothing is called %j", (text) => {
    expect(() => found("l1Loss", text)).toThrow(
      `--only: "${text}" is neither a loss that is measured nor part of a row's name; there are\n`,
    );
    expect(() => found("l1Loss", text)).toThrow("\n  huberLoss: Huber 1M\n");
  });
});

it("takes options from the specification but for a row's own", () => {
  const optionsOfRow = (text: string) =>
    optionsOf(rows.find(({ name }) => name === nameOf(text)) as (typeof rows)[number]);
  expect(optionsOfRow("Focal")).toMatchObject({ alpha: 0.25, gamma: 2 });
  expect(optionsOfRow("Pinball")).toEqual({ quantile: 0.9 });
});

describe("record", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "lossary-bench-"));
    mkdirSync(join(folder, "bench"));
    for (const file of ["README.md", "README.zh.md", "bench/results.json"])
      cpSync(join(root, file), join(folder, file));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const read = (file: string) => readFileSync(join(folder, file), "utf8");
  const results = () => JSON.parse(read("bench/results.json")) as Results;
  const setting: Setting = { date: "2031-02-03", machine: "abacus", node: "v99.0.0", torch: null };
  const huber = { name: "Huber 1M", setting, ms: { Lossary: 2, "Lossary end to end": 4, "plain JS": 20 } };
  const namesOf = ({ rows, engines }: Results) => ({
    rows: rows.map(({ name }) => name),
    engines: engines.map(({ name }) => name),
  });

  it("changes the rows that were measured, and says in every table that they are of another run", () => {
    const before = results();
    record(folder, { rows: [huber], engines: [] }, namesOf(before));
    const after = results();
    expect(after.rows.find(({ name }) => name === "Huber 1M")).toEqual(huber);
    const others = ({ rows }: Results) => rows.filter(({ name }) => name !== "Huber 1M");
    expect(others(after)).toEqual(others(before));
    expect(after.engines).toEqual(before.engines);
    const table = read("bench/results.md").trim();
    expect(table).toContain("| Huber 1M | 2.00 | 4.00 | – | – | – | – | – | 10x |");
    expect(table).toContain("Not all of one run, so that only rows of one are to be compared. Most: ");
    expect(table).toContain("Huber 1M: 2031-02-03, abacus, Node 99.0.0. ");
    for (const file of ["README.md", "README.zh.md"]) expect(read(file)).toContain(table);
  });

  it("puts a new row in its place, and drops those that are no more", () => {
    const names = ["Pinball 1M", "Newcomer 1M", "Huber 1M"];
    record(folder, { rows: [{ ...huber, name: "Newcomer 1M" }], engines: [] }, { rows: names, engines: [] });
    expect(namesOf(results())).toEqual({ rows: names, engines: [] });
  });

  it("says when and where once for rows of one run", () => {
    const table = resultsTable({ rows: [huber, { ...huber, name: "L1 1M" }], engines: [] });
    expect(table).toContain("\n2031-02-03, abacus, Node 99.0.0. Peers: ");
    expect(table).not.toContain("Not all of one run");
  });

  it("has on record what the tables in the repository show", () => {
    expect(readFileSync(join(root, "bench", "results.md"), "utf8")).toBe(`${resultsTable(results())}\n`);
  });
});
