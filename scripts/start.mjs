// The main job on real data: which loss suits these tables? Run by `npm start`, after installing and building.
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");
const questions = [
  { about: "Ten handwritten digits", table: "digits", options: ["--target", "digit"] },
  { about: "Malignant or benign, an imbalanced question", table: "breast_cancer", options: ["--target", "diagnosis"] },
  {
    about: "Diabetes progression, with one target in twenty thrown far off in training",
    table: "diabetes",
    options: ["--target", "progression", "--outliers", "0.05"],
  },
];

mkdirSync(join(root, "reports"), { recursive: true });
for (const { about, table, options } of questions) {
  const args = ["compare", join("data", `${table}.csv`), ...options, "--report", join("reports", `${table}.html`)];
  process.stdout.write(`\n── ${about} ──\n$ lossary ${args.join(" ")}\n\n`);
  const { status } = spawnSync(process.execPath, [join(root, "dist", "cli.js"), ...args], {
    cwd: root,
    stdio: "inherit",
  });
  if (status !== 0) process.exit(status ?? 1);
}

process.stdout.write(`
Open reports/digits.html and its neighbours in a browser: curves, scores and gradients of every loss.

Next:
  node dist/cli.js list                                       every loss
  node dist/cli.js show focalLoss                             one of them: formula, options, traps
  node dist/cli.js compare data/digits.csv --target digit --label-noise 0.2 --hidden 32
  node dist/cli.js compare your.csv --target column           your own data
`);
