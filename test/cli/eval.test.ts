/** `eval` on files: values, gradients and what it says, against the library called directly. */
import { readdirSync } from "node:fs";
import { expect, it } from "vitest";
import { readArray } from "../../src/cli/files/array.ts";
import { npyBytes, writeTensors } from "../../src/cli/files/write.ts";
import {
  crossEntropy,
  earthMoverDistance,
  focalLoss,
  huberLoss,
  multiQuantileLoss,
  softmaxFocalLoss,
  wassersteinDistance,
} from "../../src/index.ts";
import { expectFault, file, folder, path } from "./folder.ts";
import { lossary } from "./program.ts";

const logits = { data: Float32Array.of(1, 2, -1, 0.5, 0, 3), shape: [2, 3] };
const labels = [1, 2];
const weight = [1, 2, 3];
file("logits.npy", npyBytes(logits));
file("labels.csv", "id,label\n7,1\n8,2\n");
await writeTensors(path("pair.npz"), {
  predictions: { data: Float64Array.of(0.5, 3), shape: [2] },
  targets: { data: Float64Array.of(0, 0), shape: [2] },
});
file("gap.csv", "predictions,targets\n1,nan\n2,0\n");
const both = ["--predictions", "pair.npz:predictions", "--targets", "pair.npz:targets"];
const classes = ["--logits", "logits.npy", "--labels", "labels.csv:label"];

const evaluate = (...args: string[]) => {
  const { code, stdout, stderr } = lossary("eval", ...args, "--json");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout.trimEnd()).not.toContain("\n");
  return JSON.parse(stdout);
};

it("computes a value from .npy and .csv", () => {
  expect(evaluate("crossEntropy", ...classes)).toEqual({
    loss: "crossEntropy",
    value: crossEntropy(logits, labels),
    reduction: "mean",
    dtype: "float32",
    arguments: { logits: { file: "logits.npy", shape: [2, 3] }, labels: { file: "labels.csv:label", shape: [2] } },
    options: { ignoreIndex: -100, labelSmoothing: 0 },
  });
});

it("takes a table of one column as a list, and lists of any lengths from any files", () => {
  file("u.csv", "value\n1\n2\n6\n");
  file("v.csv", "value\n0\n4\n");
  file("masses.csv", "mass\n1\n0\n1\n");
  const lists = ["--u", "u.csv", "--v", "v.csv", "--u-weights", "masses.csv"];
  const wanted = wassersteinDistance([1, 2, 6], [0, 4], { uWeights: [1, 0, 1] });
  expect(evaluate("wassersteinDistance", ...lists)).toMatchObject({
    value: wanted,
    arguments: { u: { file: "u.csv", shape: [3] }, v: { file: "v.csv", shape: [2] } },
  });
  expect(evaluate("wassersteinDistance", "--u", "u.csv:value", ...lists.slice(2)).value).toBe(wanted);
  // Points stay points.
  expect(evaluate("earthMoverDistance", "--x", "u.csv", "--y", "v.csv")).toMatchObject({
    value: earthMoverDistance([[1], [2], [6]], [[0], [4]]),
    arguments: { x: { shape: [3, 1] } },
  });
});

it("computes in the type asked for", () => {
  const wide = { data: Float64Array.from(logits.data), shape: [2, 3] };
  expect(evaluate("crossEntropy", ...classes, "--dtype", "float64")).toMatchObject({
    value: crossEntropy(wide, labels),
    dtype: "float64",
  });
});

it("takes options as flags: numbers, lists, files, none", async () => {
  const smoothed = crossEntropy(logits, labels, { weight, labelSmoothing: 0.1 });
  const smoothing = ["--label-smoothing", "0.1"];
  expect(evaluate("crossEntropy", ...classes, ...smoothing, "--weight", "1,2,3").value).toBe(smoothed);
  await writeTensors(path("weight.npy"), { weight: { data: Float64Array.from(weight), shape: [3] } });
  expect(evaluate("crossEntropy", ...classes, ...smoothing, "--weight", "weight.npy").value).toBe(smoothed);
  const { value, options } = evaluate("softmaxFocalLoss", ...classes, "--alpha", "none", "--gamma", "1");
  expect(value).toBe(softmaxFocalLoss(logits, labels, { alpha: null, gamma: 1 }));
  expect(options.alpha).toBeNull();
  const both = ["--logits", "pq.npz:p", "--targets", "pq.npz:q"];
  await writeTensors(path("pq.npz"), {
    p: { data: Float64Array.of(1, -2), shape: [2] },
    q: { data: Float64Array.of(1, 0), shape: [2] },
  });
  expect(evaluate("focalLoss", ...both, "--alpha", "none").value).toBe(focalLoss([1, -2], [1, 0], { alpha: null }));
  expect(evaluate("softmaxFocalLoss", ...classes, "--alpha", "0.25").value).toBe(
    softmaxFocalLoss(logits, labels, { alpha: 0.25 }),
  );
  const quantiles = [0.1, 0.5, 0.9];
  const args = ["--predictions", "logits.npy", "--targets", "labels.csv:label", "--quantiles", quantiles.join(",")];
  expect(evaluate("multiQuantileLoss", ...args).value).toBe(multiQuantileLoss(logits, labels, { quantiles }));
});

it("writes one gradient to .npy and several to .npz", async () => {
  const { grads } = huberLoss.valueAndGrad([0.5, 3], [0, 0], { delta: 2 });
  evaluate("huberLoss", ...both, "--delta", "2", "--grad", "one.npy", "--wrt", "predictions");
  expect(await readArray(path("one.npy"))).toEqual(grads.predictions);
  const { gradients } = evaluate("huberLoss", ...both, "--delta", "2", "--grad", "all.npz");
  expect(await readArray(`${path("all.npz")}:predictions`)).toEqual(grads.predictions);
  expect(await readArray(`${path("all.npz")}:targets`)).toEqual(grads.targets);
  expect(gradients.targets).toEqual({ file: "all.npz", shape: [2], norm: Math.hypot(0.25, 1) });
});

it("prints unreduced values, or writes them", async () => {
  expect(evaluate("huberLoss", ...both, "--reduction", "none").value).toEqual({ shape: [2], data: [0.125, 2.5] });
  expect(evaluate("huberLoss", ...both, "--reduction", "sum").value).toBe(2.625);
  const { value } = evaluate("huberLoss", ...both, "--reduction", "none", "--out", "values.npy");
  expect(value).toEqual({ shape: [2], file: "values.npy" });
  expect(await readArray(path("values.npy"))).toEqual({ data: Float64Array.of(0.125, 2.5), shape: [2] });
});

it("writes NaN as a string in JSON, and refuses it when asked to", () => {
  const gap = ["--predictions", "gap.csv:predictions", "--targets", "gap.csv:targets"];
  expect(evaluate("huberLoss", ...gap).value).toBe("NaN");
  expect(evaluate("huberLoss", ...gap, "--reduction", "none").value.data).toEqual(["NaN", 1.5]);
  expect(lossary("eval", "huberLoss", ...gap, "--check-finite")).toEqual({
    code: 1,
    stdout: "",
    stderr: "lossary: huberLoss: targets[0] is NaN, expected a finite number\n",
  });
});

it("says it all in text", () => {
  const { stdout } = lossary("eval", "huberLoss", ...both, "--grad", "text.npz");
  expect(stdout.split("\n")).toEqual([
    "loss                     huberLoss",
    "value                    1.3125",
    "reduction                mean (divided by the number of elements)",
    "computed in              float64",
    "predictions              [2] from pair.npz:predictions",
    "targets                  [2] from pair.npz:targets",
    "gradient of predictions  [2], norm 0.5590169943749475, in text.npz",
    "gradient of targets      [2], norm 0.5590169943749475, in text.npz",
    "",
  ]);
  expect(lossary("eval", "huberLoss", ...both, "--reduction", "none").stdout).toMatch(/^value +\[2\]: 0\.125 2\.5$/m);
});

const usage: readonly [string, string[], RegExp][] = [
  [
    "a missing argument",
    ["--predictions", "pair.npz:predictions"],
    /lossary eval huberLoss needs --targets <file>; see lossary eval huberLoss --help/,
  ],
  ["a misspelt option", [...both, "--detla", "1"], /unknown option '--detla' \(Did you mean --delta\?\)/],
  ["text for a number", [...both, "--delta", "big"], /--delta is "big", expected a number in \(0, ∞\)/],
  ["a number out of range", [...both, "--delta", "-1"], /--delta is -1, outside \(0, ∞\)/],
  ["an unknown reduction", [...both, "--reduction", "max"], /'max' is invalid. Allowed choices are none, sum, mean/],
  ["two gradients in one .npy", [...both, "--grad", "g.npy"], /gradients for predictions, targets; name a \.npz file/],
  [
    "an unknown gradient",
    [...both, "--grad", "g.npz", "--wrt", "delta"],
    /--wrt has "delta", expected predictions, targets/,
  ],
  ["--wrt alone", [...both, "--wrt", "targets"], /--wrt needs --grad/],
  ["--out of one number", [...both, "--out", "o.npy"], /--out needs --reduction none/],
  ["--out that is no .npy", [...both, "--reduction", "none", "--out", "o.npz"], /expected a \.npy file/],
  ["a gradient into text", [...both, "--grad", "g.txt"], /ends in \.npy or \.npz/],
  ["something left over", [...both, "more"], /too many arguments/],
  [
    "a gradient in place of an argument",
    ["--predictions", "logits.npy", "--targets", "logits.npy", "--grad", "./logits.npy", "--wrt", "targets"],
    /--grad is "\.\/logits\.npy", which is read and would be overwritten/,
  ],
  ["gradients in place of a .npz", [...both, "--grad", "pair.npz"], /--grad is "pair\.npz", which is read/],
  ["a file of no known type", ["--predictions", "a.txt", "--targets", "a.txt"], /"a\.txt": expected a \.npy file/],
];

it.each(usage)("refuses %s as a fault of usage", (_, args, message) => {
  const before = readdirSync(folder);
  const { code, stdout, stderr } = lossary("eval", "huberLoss", ...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(message);
  expect(stderr).toMatch(/^lossary: [^\n]*\n$/);
  expect(readdirSync(folder)).toEqual(before);
});

it("takes infinity for an option whose range holds it", () => {
  const { code, stderr } = lossary(
    "eval",
    "ssim",
    "--predictions",
    "no.npy",
    "--targets",
    "no.npy",
    "--sigma",
    "Infinity",
  );
  expect({ code, stderr }).toEqual({ code: 1, stderr: "lossary: no.npy: there is no such file\n" });
  expect(lossary("eval", "huberLoss", ...both, "--delta", "-inf").stderr).toMatch(
    /delta is -Infinity, outside \(0, ∞\)/,
  );
});

it("refuses a number out of range in a list as a fault of usage, before a file is read", () => {
  const files = ["--predictions", "no.npy", "--targets", "no.npy"];
  const { code, stderr } = lossary("eval", "multiQuantileLoss", ...files, "--quantiles", "0.5,1.5");
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: "lossary: --quantiles[1] is 1.5, outside (0, 1)\n",
  });
});

const data: readonly [string, string[], RegExp][] = [
  [
    "shapes that differ",
    ["--predictions", "logits.npy", "--targets", "pair.npz:targets"],
    /targets is \[2\], expected \[2, 3\]/,
  ],
  ["a file that is not there", ["--predictions", "no.npy", "--targets", "no.npy"], /no\.npy: there is no such file/],
  ["a folder that is not there", [...both, "--grad", "no/g.npz"], /no\/g\.npz: there is no such folder/],
  [
    "an escape sequence in a name",
    ["--predictions", "\x1b[2Jx.npy", "--targets", "x.npy"],
    /lossary: \ufffd\[2Jx\.npy/,
  ],
];

it.each(data)("refuses %s as a fault of data", (_, args, message) => {
  const before = readdirSync(folder);
  const { code, stdout, stderr } = lossary("eval", "huberLoss", ...args);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(message);
  expect(stderr).toMatch(/^lossary: [^\n]*\n$/);
  expect(readdirSync(folder)).toEqual(before);
});

it("leaves no gradient behind when a label is out of range", async () => {
  file("bad.csv", "label\n1\n12\n");
  const { code, stderr } = lossary(
    "eval",
    "crossEntropy",
    "--logits",
    "logits.npy",
    "--labels",
    "bad.csv:label",
    "--grad",
    "none.npy",
  );
  expect(code).toBe(1);
  expect(stderr).toBe("lossary: crossEntropy: labels[1] is 12, outside 0…2 (logits are [2, 3])\n");
  await expectFault(readArray(path("none.npy")), /there is no such file/);
});
