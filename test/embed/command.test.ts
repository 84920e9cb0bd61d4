/** The command as users meet it: on the digits, its report, its errors. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseHTML } from "linkedom";
import { afterAll, expect, it } from "vitest";
import { lossary } from "../cli/inProcess.ts";

const folder = mkdtempSync(join(tmpdir(), "lossary-embed-"));
afterAll(() => rmSync(folder, { recursive: true }));

const inside = (name: string) => join(folder, name);
const digits = resolve(import.meta.dirname, "../../data/digits.csv");

function csv(name: string, lines: readonly string[]): string {
  writeFileSync(inside(name), lines.join("\n"));
  return inside(name);
}

const small = csv("small.csv", [
  "a,b,kind",
  ...Array.from({ length: 60 }, (_, i) => `${Math.sin(i) + (i % 3)},${Math.cos(i)},${["x", "<b>y</b>", "z"][i % 3]}`),
]);

it("digits: trained embeddings beat the features, and the report shows both", async () => {
  const report = inside("digits.html");
  const { out, err, code } = await lossary(
    ...["embed", digits, "--target", "digit", "--loss", "batchHardTriplet,ntXentLoss,oim"],
    ...["--epochs", "12", "--report", report, "--json"],
  );
  // Slow work tells of its progress.
  expect({ err, code }).toEqual({ err: expect.stringMatching(/^(lossary: \d+ %.*\n)*$/), code: 0 });
  const { before, losses, heldOut } = JSON.parse(out);
  expect(heldOut).toBe(359);
  expect(before.recallAt1).toBeGreaterThan(0.9);
  for (const { scores } of losses) {
    expect(scores.recallAt1).toBeGreaterThan(before.recallAt1 - 0.01);
    expect(scores.meanAveragePrecision).toBeGreaterThan(before.meanAveragePrecision + 0.2);
    expect(scores.silhouette).toBeGreaterThan(before.silhouette + 0.2);
  }
  const page = readFileSync(report, "utf8");
  const { document } = parseHTML(page);
  const maps = [...document.querySelectorAll(".maps svg")];
  expect(maps.map((map) => map.querySelectorAll("circle").length)).toEqual([359, 359, 359, 359]);
  expect(page).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)/);
});

it("tells the best of several losses from the noise of the held-out rows, and writes nothing unless asked", async () => {
  const before = readdirSync(folder);
  const { out } = await lossary("embed", small, "--target", "kind", "--loss", "triplet,contrastive", "--epochs", "2");
  expect(out.replace(/\s+/g, " ")).toMatch(
    /ranks the held-out rows best \(mAP .*within the noise of the held-out rows\. [012] of 2 losses/,
  );
  expect(out).toContain("No report was asked for");
  expect(readdirSync(folder)).toEqual(before);
});

it("is the same for a seed, and another for another", async () => {
  const outcome = async (seed: string) => {
    const argv = ["embed", small, "--target", "kind", "--loss", "all", "--epochs", "2", "--dimension", "3"];
    const { out, code } = await lossary(...argv, "--seed", seed, "--json", "--report", inside("seed.html"));
    expect(code).toBe(0);
    return out;
  };
  const first = await outcome("1");
  expect(JSON.parse(first).losses).toHaveLength(17);
  expect(await outcome("1")).toBe(first);
  expect(await outcome("2")).not.toBe(first);
});

it("trains a loss of the user's own beside one of the package", async () => {
  writeFileSync(
    inside("mine.mjs"),
    'import { combine, supConLoss, l2Loss } from "lossary"; export const mine = combine({ supConLoss }); export { l2Loss };',
  );
  const run = (module: string) =>
    lossary("embed", small, "--target", "kind", "--epochs", "2", "--json", "--loss", "supCon", "--loss", module);
  const { losses } = JSON.parse((await run(`${inside("mine.mjs")}#mine`)).out);
  expect(losses.map(({ loss }: { loss: string }) => loss)).toEqual(["supConLoss", "mine"]);
  expect(losses[1].scores).toEqual(losses[0].scores);
  const { err, code } = await run(`${inside("mine.mjs")}#l2Loss`);
  expect(err).toMatch(/mine\.mjs#l2Loss: l2Loss takes predictions \(float\) and targets \(float\); embeddings go with/);
  expect(code).toBe(2);
});

it("prints what was done, the scores and the verdict; names from the table are text in the report", async () => {
  const report = inside("text.html");
  const { out, code } = await lossary("embed", small, "--target", "kind", "--epochs", "3", "--report", report);
  expect(code).toBe(0);
  expect(out).toMatch(/^ +recall@1 +recall@5 +R-precision +mAP +silhouette$/m);
  expect(out).toMatch(/^features before( +-?\d\.\d{3}){5}$/m);
  expect(out).toMatch(/^batchHardTripletLoss/m);
  expect(out).toContain("48 rows to learn from, 12 held out");
  expect(out).toContain("paired bootstrap");
  const page = readFileSync(report, "utf8");
  expect(page).not.toContain("<b>y</b>");
  expect(page).toContain("&lt;b&gt;y&lt;/b&gt;");
});

it.each([
  [["--target", "nothing"], 1, 'no column "nothing"'],
  [["--target", "kind", "--loss", "tripplet"], 2, "did you mean tripletLoss?"],
  [["--target", "kind", "--loss", "circleLoss"], 2, "circleLoss cannot be trained on embeddings and labels"],
  [["--target", "kind", "--dimension", "1"], 2, "whole number in 2…1024"],
  [["--target", "kind", "--report", "out.txt"], 2, "ends in .html"],
  [["--target", "kind", "--report", "no/such/folder.html"], 1, "no such folder"],
  [["--target", "a"], 1, "classes need at most"],
  [["--target", "kind", "--ignore", "c"], 1, '--ignore: no column "c"'],
  [[], 2, 'lossary embed needs --target <column>; there are "a", "b" and "kind"'],
] as const)("%j is refused with exit code %i", async (flags, exit, text) => {
  const before = readdirSync(folder);
  const { err, out, code } = await lossary("embed", small, ...flags);
  expect(err).toContain(text);
  expect(err.trim()).not.toContain("\n");
  expect({ out, code }).toEqual({ out: "", code: exit });
  expect(readdirSync(folder)).toEqual(before);
});

it("refuses classes that cannot be trained or held out, naming them", async () => {
  const report = inside("never.html");
  const rows = (kinds: readonly string[]) => ["a,b,kind", ...kinds.map((kind, i) => `${i},${Math.sin(i)},${kind}`)];
  const lonely = csv("lonely.csv", rows([..."xxxxxyyyyyy", "odd"]));
  const few = csv("few.csv", rows([..."xxxxyyyy"]));
  const one = csv("one.csv", rows([..."xxxx"]));
  for (const [path, text] of [
    [lonely, 'lossary: 1 class with a single row: "odd"; training needs two rows or more of each'],
    [few, "8 rows in 2 classes are too few"],
    [one, "one class only"],
  ] as const) {
    const { err, code } = await lossary("embed", path, "--target", "kind", "--report", report);
    expect(err).toContain(text);
    expect(code).toBe(1);
  }
  expect(existsSync(report)).toBe(false);
});
