/** `npm run new-loss` refuses what it cannot begin, before it writes anything. */
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const root = join(import.meta.dirname, "..", "..");
const script = join(root, "scripts", "newLoss.mjs");
const tree = () => readdirSync(join(root, "src"), { recursive: true }).sort();

it.each([
  [[], "expected <family> <name> [--like <loss>], the family one of classification, detection, "],
  [["regressions", "pseudoHuberLoss"], "expected <family> <name> [--like <loss>], the family one of "],
  [
    ["regression", "pseudoHuber"],
    'the name is "pseudoHuber", expected camel case that ends in Loss, Divergence or Dist',
  ],
  [["regression", "../outsideLoss"], 'the name is "../outsideLoss", expected camel case'],
  [["regression", "l1Loss"], "l1Loss is there already: src/losses/regression/l1/l1Loss.ts"],
  [["embedding", "huBerLoss"], "huBerLoss is there already: src/losses/regression/huber/huberLoss.ts"],
  [["segmentation", "huberDistance", "--like", "noLoss"], 'there is no loss "noLoss" to begin like'],
  [["regression", "huberDistance"], "src/losses/regression/huber is there already"],
] as const)("%j", (args, said) => {
  const before = tree();
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], { encoding: "utf8" });
  expect(stderr).toContain(`npm run new-loss: ${said}`);
  expect(stderr.trimEnd()).not.toContain("\n");
  expect([status, stdout]).toEqual([2, ""]);
  expect(tree()).toEqual(before);
});
