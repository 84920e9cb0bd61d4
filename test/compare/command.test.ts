/** The command as users meet it: output, report, exit codes. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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
  expect({ err, code }).toEqual({ err: "", code: 0 });
  expect(out).toContain('target "kind": classification, 2 classes (text)');
  expect(out).toMatch(/^loss +accuracy ↑ +macro-F1 ↑ +ECE ↓ +log loss ↓ +seconds$/m);
  expect(out.match(/^\w+(Loss|Entropy)\b.*±/gm)).toHaveLength(10);
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
  ["no target", ["compare", classes], 2, /lossary compare needs --target <column>/],
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
  expect(readdirSync(folder).filter((name) => !/\.(csv|html)$/.test(name))).toEqual([]);
});
