/** The command as users meet it: output, report, exit codes. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { lossary } from "../cli/inProcess.ts";

const folder = mkdtempSync(join(tmpdir(), "lossary-compare-"));
afterAll(() => rmSync(folder, { recursive: true }));

const inside = (name: string) => join(folder, name);

function csv(name: string, header: string, row: (i: number) => string, count = 40): string {
  writeFileSync(inside(name), [header, ...Array.from({ length: count }, (_, i) => row(i))].join("\n"));
  return inside(name);
}

const classes = csv("classes.csv", "a,b,kind", (i) => `${Math.sin(i)},${i % 7},${Math.sin(i) > 0 ? "up" : "down"}`);
const numbers = csv("numbers.csv", "a,b,y", (i) => `${Math.sin(i)},${i % 7},${2 * Math.sin(i) + 0.01 * (i % 7)}`);
const quick = ["--folds", "2", "--epochs", "3"];

it("prints decisions, table and verdict, and writes the report", async () => {
  const report = inside("first.html");
  const { out, err, code } = await lossary("compare", classes, "--target", "kind", "--report", report, ...quick);
  // Slow work tells of its progress.
  expect({ err, code }).toEqual({ err: expect.stringMatching(/^(lossary: \d+ %.*\n)*$/), code: 0 });
  expect(out).toContain('target "kind": classification, 2 classes (text)');
  expect(out).toMatch(/^loss +accuracy ↑ +macro-F1 ↑ +ECE ↓ +log loss ↓ +epochs +seconds$/m);
  expect(out).toMatch(/^loss +raw ECE ↓ +raw log loss ↓$/m);
  // Ten losses and the baseline, calibrated and raw.
  expect(out.match(/^(\w+(Loss|Entropy)\b|class shares).*±/gm)).toHaveLength(22);
  expect(out).toContain("epochs: 3, as asked, for every loss");
  expect(out).toMatch(/^By accuracy, /m);
  expect(out).toContain("Nadeau and Bengio's corrected");
  expect(readFileSync(report, "utf8")).toMatch(/^<!doctype html>[\s\S]*<\/html>\s*$/);
});

it("prints one JSON object with --json, the same for a seed", async () => {
  const argv = ["compare", numbers, "--target", "y", "--losses", "l2Loss,huberLoss", "--outliers", "0.1", ...quick];
  const outcome = async () => {
    const { out } = await lossary(...argv, "--json", "--seed", "3", "--report", inside("j.html"));
    const { losses, ...rest } = JSON.parse(out);
    return { ...rest, losses: losses.map(({ seconds: _, ...loss }: { seconds: number }) => loss) };
  };
  const first = await outcome();
  expect(first).toMatchObject({
    target: "y",
    task: "regression",
    rows: 40,
    features: 2,
    settings: { folds: 2, seed: 3 },
  });
  expect(first.losses).toHaveLength(2);
  expect(first.losses[0].scores.mae.folds).toHaveLength(2);
  expect(first.losses[0].scores.mae.standing).toBe("best");
  expect(first.notes.join()).toContain("10 % of the targets moved");
  expect(await outcome()).toEqual(first);
});

it("writes nothing unless asked, and takes the place of its own reports alone where no name was given", async () => {
  const home = process.cwd();
  mkdirSync(inside("empty"));
  process.chdir(inside("empty"));
  const argv = ["compare", numbers, "--target", "y", "--losses", "l2Loss", "--json", ...quick];
  try {
    expect(JSON.parse((await lossary(...argv)).out).report).toBeNull();
    expect(readdirSync(".")).toEqual([]);
    for (const _ of [1, 2])
      expect(JSON.parse((await lossary(...argv, "--report")).out).report).toBe("compare-numbers.html");
    expect(readdirSync(".")).toEqual(["compare-numbers.html"]);
    writeFileSync("compare-numbers.html", "mine");
    const { err, code } = await lossary(...argv, "--report");
    expect(err).toMatch(
      /^lossary: compare-numbers\.html: is there and is not a report; name another file with --report <file>\n$/,
    );
    expect(code).toBe(1);
    expect(readFileSync("compare-numbers.html", "utf8")).toBe("mine");
  } finally {
    process.chdir(home);
    rmSync(inside("empty"), { recursive: true });
  }
});

it("takes a sample of a large table, drawn by the seed, and says so", async () => {
  const of = async (...flags: string[]) =>
    JSON.parse(
      (await lossary("compare", numbers, "--target", "y", "--losses", "l2Loss", "--json", ...quick, ...flags)).out,
    );
  const sample = await of("--max-rows", "30");
  expect(sample.rows).toBe(30);
  expect(sample.notes).toContain("a sample of 30 rows out of 40, drawn by the seed (--max-rows takes more or fewer)");
  expect((await of("--max-rows", "30")).losses[0].scores).toEqual(sample.losses[0].scores);
  expect((await of("--max-rows", "30", "--seed", "1")).losses[0].scores).not.toEqual(sample.losses[0].scores);
  expect((await of("--max-rows", "40")).rows).toBe(40);
});

it("notes a column that numbers the rows, and leaves out what --ignore names", async () => {
  const table = csv("numbered.csv", "id,down,a,y", (i) => `${3 * i},${-i},${i % 5},${i % 2}`);
  const of = async (...flags: string[]) =>
    JSON.parse(
      (await lossary("compare", table, "--target", "y", "--losses", "hingeLoss", "--json", ...quick, ...flags)).out,
    );
  expect((await of()).notes.join("\n")).toMatch(
    /2 columns of whole numbers that rise or fall with every row are among the features: "id" and "down"; .* --ignore$/m,
  );
  const without = await of("--ignore", "id,down");
  expect(without.notes.join()).not.toContain("whole numbers that");
  expect(without.features).toBe(1);
});

it("states the epochs that were chosen, and those of a fixed number", async () => {
  const of = async (...flags: string[]) =>
    JSON.parse(
      (await lossary("compare", numbers, "--target", "y", "--losses", "l2Loss", "--json", ...flags, "--folds", "2"))
        .out,
    );
  const chosen = await of();
  expect(chosen.settings).toMatchObject({ epochs: null, weightDecay: 0 });
  expect(chosen.notes.join()).toMatch(
    /epochs: of 32, 63, 125, 250, 500 and 1000, those after which the loss itself is least on the thirds/,
  );
  for (const epochs of chosen.losses[0].epochs) expect([32, 63, 125, 250, 500, 1000]).toContain(epochs);
  expect(chosen.baselines.map(({ name }: { name: string }) => name)).toEqual([
    "median of the targets",
    "mean of the targets",
  ]);
  const fixed = await of("--epochs", "2", "--weight-decay", "0.5");
  expect(fixed.losses[0].epochs).toEqual([2, 2]);
  expect(fixed.notes.join()).toContain("weight decay 0.5");
});

const own = inside("own.mjs");
writeFileSync(
  own,
  `import { combine, crossEntropy, defineFormula } from "lossary";
export const l2Loss = defineFormula({
  name: "l2Loss",
  arguments: { predictions: "N ...", targets: "N ..." },
  formula: (m, { predictions, targets }) => m.square(m.sub(predictions, targets)),
});
export const mix = combine({ crossEntropy });
export const rows = defineFormula({
  name: "rows",
  arguments: { logits: "N C", targets: { shape: "N C", kind: "probability", differentiable: false } },
  formula: (m, { logits, targets }) => m.neg(m.sum(m.mul(targets, m.logSoftmax(logits, 1)), 1)),
});
export const signs = defineFormula({
  name: "signs",
  arguments: { scores: "N ...", targets: { shape: "N ...", kind: "sign", differentiable: false } },
  formula: (m, { scores, targets }) => m.softplus(m.neg(m.mul(scores, targets))),
});
export const three = defineFormula({
  name: "three",
  arguments: { a: "N", b: "N", c: "N" },
  formula: (m, { a, b, c }) => m.mul(a, m.mul(b, c)),
});
`,
);

it("trains losses of the user's own beside those of the package, all or some", async () => {
  const of = async (table: string, target: string, ...flags: string[]) =>
    JSON.parse((await lossary("compare", table, "--target", target, ...quick, "--json", ...flags)).out).losses;
  type Entry = { name: string; scores: Record<string, { mean: number }>; sameAs?: string };
  const meansOf = (losses: Entry[], name: string) => {
    const { scores, sameAs } = losses.find((entry) => entry.name === name) as Entry;
    expect(sameAs).toBeUndefined();
    return Object.values(scores).map(({ mean }) => mean);
  };
  const close = (a: number[], b: number[]) => {
    expect(a.length).toBeGreaterThan(0);
    for (const [i, mean] of a.entries()) expect(mean).toBeCloseTo(b[i] as number, 3);
  };
  const squared = await of(numbers, "y", "--losses", `l2Loss,${own}#l2Loss`);
  expect(squared).toHaveLength(2);
  close(meansOf(squared, `l2Loss (${own}#l2Loss)`), meansOf(squared, "l2Loss"));
  expect(await of(numbers, "y", "--loss", `${own}#l2Loss`)).toHaveLength(12);
  const three = csv("three.csv", "a,b,kind", (i) => `${Math.sin(i)},${i % 7},${"xyz"[i % 3]}`);
  for (const table of [classes, three]) {
    const flags = ["mix", "rows", "signs"].flatMap((name) => ["--loss", `${own}#${name}`]);
    const losses = await of(table, "kind", "--losses", "crossEntropy", "--loss", "logistic", ...flags);
    for (const name of ["mix", "rows"]) close(meansOf(losses, name), meansOf(losses, "crossEntropy"));
    if (table === three) close(meansOf(losses, "signs"), meansOf(losses, "logisticLoss"));
  }
});

it.each([
  [numbers, "y", "#rows", 'rows learns from targets of the kind "probability": classification; the target is numbers'],
  [classes, "kind", "#l2Loss", 'l2Loss learns from targets of the kind "float": regression; the target is classes'],
  [numbers, "y", "#three", "three takes a, b and c; of a table there are predictions and targets"],
  [numbers, "y", "", "exports 5 losses: name one of them, "],
  [numbers, "y", "#mux", "did you mean"],
])("refuses a loss of the user's own that does not fit: %s %s %s", async (table, target, name, message) => {
  const { err, out, code } = await lossary("compare", table, "--target", target, "--loss", own + name, ...quick);
  expect(err).toContain(message);
  expect(err.trim()).not.toContain("\n");
  expect({ out, code }).toEqual({ out: "", code: 2 });
});

it("says which of the losses are one function", async () => {
  const notes = async (...losses: string[]) => {
    const args = ["--target", "y", "--folds", "2", "--epochs", "2", "--losses", losses.join(",")];
    const { out } = await lossary("compare", numbers, ...args, "--json", "--report", inside("twins.html"));
    return JSON.parse(out).notes.join() as string;
  };
  expect(await notes("huberLoss", "smoothL1Loss")).toContain("huberLoss and smoothL1Loss are the same function here");
  expect(await notes("huberLoss", "l1Loss")).not.toContain("same function");
});

it.each<[string, string[], number, RegExp]>([
  ["no target", ["compare", classes], 2, /lossary compare needs --target <column>; there are "a", "b" and "kind"/],
  ["no table", ["compare"], 2, /lossary compare needs <table>; see lossary compare --help/],
  [
    "an ignored target",
    ["compare", classes, "--target", "kind", "--ignore", "kind"],
    2,
    /--ignore has "kind", which is the target/,
  ],
  [
    "an unknown ignored column",
    ["compare", classes, "--target", "kind", "--ignore", "c"],
    1,
    /--ignore: no column "c"/,
  ],
  ["an unknown target", ["compare", classes, "--target", "kinds"], 1, /no column "kinds"; did you mean "kind"\?/],
  ["no such file", ["compare", inside("none.csv"), "--target", "y"], 1, /none\.csv: there is no such file/],
  [
    "an unknown loss",
    ["compare", classes, "--target", "kind", "--losses", "l2Loss"],
    2,
    /no classification loss is called "l2Loss"/,
  ],
  ["one fold", ["compare", classes, "--target", "kind", "--folds", "1"], 2, /whole number in 2…100/],
  ["too many folds", ["compare", classes, "--target", "kind", "--folds", "30"], 1, /40 rows are too few for 30 folds/],
  ["a share of 1", ["compare", classes, "--target", "kind", "--label-noise", "1"], 2, /number in \[0, 1\)/],
  [
    "outliers of classes",
    ["compare", classes, "--target", "kind", "--outliers", "0.1"],
    2,
    /--outliers moves the numbers/,
  ],
  ["imbalance of numbers", ["compare", numbers, "--target", "y", "--imbalance", "5"], 2, /--imbalance needs classes/],
  ["a report that is no page", ["compare", classes, "--target", "kind", "--report", classes], 2, /ends in \.html/],
  ["a report nowhere", ["compare", classes, "--target", "kind", "--report", inside("no/r.html")], 1, /no such folder/],
  [
    "a task that does not fit",
    ["compare", classes, "--target", "kind", "--task", "regression"],
    1,
    /"kind" is not numeric: row 1 holds "down"/,
  ],
])("ends on %s with one line and its exit code", async (_, argv, exit, message) => {
  const report = argv.includes("--report") ? [] : ["--report", inside("never.html")];
  const { out, err, code } = await lossary(...argv, ...report);
  expect({ out, code }).toEqual({ out: "", code: exit });
  expect(err).toMatch(message);
  expect(err.trim()).not.toContain("\n");
  expect(existsSync(inside("never.html"))).toBe(false);
});

it("leaves no drafts behind", () => {
  expect(readdirSync(folder).filter((name) => !/\.(csv|html|mjs)$/.test(name))).toEqual([]);
});
