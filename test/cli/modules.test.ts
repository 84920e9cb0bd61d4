/** Losses from the user's own modules: found, shown, computed, and what is said where there is none. */
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { expect, it } from "vitest";
import { readArray } from "../../src/cli/files/array.ts";
import { file, folder, path } from "./folder.ts";
import { lossary } from "./inProcess.ts";

const script = resolve(import.meta.dirname, "../../dist/cli.js");

const pseudoHuber = (name: string) => `defineFormula({
  name: "${name}",
  arguments: { predictions: "N ...", targets: "N ..." },
  options: { delta: { default: 1, range: "(0, ∞)", doc: "Where it turns." } },
  docs: { summary: "Smooth near 0." },
  formula: (m, { predictions, targets }, { delta }) => {
    const r = m.div(m.sub(predictions, targets), delta);
    return m.mul(m.mul(delta, delta), m.sub(m.sqrt(m.add(m.square(r), 1)), 1));
  },
})`;
const one = file(
  "one.mjs",
  `import { defineFormula } from "lossary";\nexport default ${pseudoHuber("pseudoHuber")};\n`,
);
const many = file(
  "many.mjs",
  `import { combine, crossEntropy, defineFormula, huberLoss, oneHot, l2Loss, softmax } from "lossary";
export const first = ${pseudoHuber("inner")};
export { huberLoss, huberLoss as again };
export const mix = combine({
  crossEntropy,
  brier: { loss: l2Loss, weight: 0.5, activation: softmax, targets: (labels) => [oneHot(labels, 2)] },
});
export const broken = combine({ part: { loss: l2Loss, targets: () => { throw new Error("no such\\ntarget"); } } });
export const number = 3;
`,
);
const pair = file("pair.csv", "p,t,k\n1,1,0\n3,0,1\n");
const files = ["--predictions", `${pair}:p`, "--targets", `${pair}:t`];
// 4 (√(1 + 1.5²) − 1), and 0.
const mean = (4 * (Math.sqrt(3.25) - 1)) / 2;

it("computes value and gradient, with the options of its specification", async () => {
  const { out, code } = await lossary("eval", one, ...files, "--delta", "2", "--grad", path("g.npz"), "--json");
  expect(code).toBe(0);
  const { loss, value, options } = JSON.parse(out);
  expect({ loss, options }).toEqual({ loss: "pseudoHuber", options: { delta: 2 } });
  expect(value).toBeCloseTo(mean, 14);
  const { data } = await readArray(`${path("g.npz")}:predictions`);
  // r / √(1 + (r / δ)²) / 2
  expect(data[1]).toBeCloseTo(1.5 / Math.sqrt(3.25), 14);
});

it("chooses by name: the export's, or the loss's own", async () => {
  for (const name of ["first", "inner", "huberLoss", "again"])
    expect((await lossary("eval", `${many}#${name}`, ...files)).code, name).toBe(0);
});

it("reports the parts of a combination", async () => {
  const labels = ["--predictions", path("logits.csv"), "--labels", `${pair}:k`];
  file("logits.csv", "a,b\n0,0\n0,0\n");
  const { out } = await lossary("eval", `${many}#mix`, ...labels, "--json");
  const { value, parts } = JSON.parse(out);
  expect(parts.crossEntropy).toBeCloseTo(Math.LN2, 14);
  expect(parts.brier).toBeCloseTo(0.25, 14);
  expect(value).toBeCloseTo(Math.LN2 + 0.125, 14);
  const weighed = await lossary("eval", `${many}#mix`, ...labels, "--sample-weight", "1,0");
  expect(weighed.out).toMatch(/^of which brier +0\.25$/m);
});

it("shows its help and its page by the module's name", async () => {
  const help = await lossary("eval", one, "--help");
  expect(help.out).toContain("pseudoHuber: Smooth near 0.");
  expect(help.out.replace(/\s+/g, " ")).toContain("--delta <number> Where it turns. number in (0, ∞), default 1");
  expect((await lossary("help", "eval", one)).out).toBe(help.out);
  const { out } = await lossary("show", one);
  expect(out).toMatch(/^pseudoHuber\nSmooth near 0\.\n/);
  expect(out).toContain(`lossary eval ${one} --predictions predictions.npy --targets targets.npy`);
  expect(JSON.parse((await lossary("show", `${many}#mix`, "--json")).out)).toMatchObject({
    name: "mix",
    summary: "crossEntropy + 0.5 · l2Loss.",
    arguments: [{ name: "predictions" }, { name: "labels", kind: "index" }],
  });
});

it("takes a loss's name for that loss, whatever files there are", async () => {
  const home = process.cwd();
  mkdirSync(path("named"));
  file("named/huberLoss", "throw 1");
  process.chdir(path("named"));
  try {
    expect((await lossary("show", "huberLoss")).out).toMatch(/^huberLoss: Huber loss/);
  } finally {
    process.chdir(home);
  }
});

file("throws.mjs", '\nthrow new Error("not today\\nat all");\n');
file("refused.mjs", `import { defineFormula } from "lossary";\n${pseudoHuber("x").replace("m.sqrt", "Math.sqrt")};\n`);
file("none.mjs", "export const a = 1, b = () => 2;");
file("nothing.mjs", "const a = 1;");
file("empty.mjs", "");

it.each<[string, string[], 1 | 2, RegExp]>([
  ["no such file", ["./no.mjs"], 1, /^lossary: \.\/no\.mjs: there is no such file\n$/],
  ["an empty file", [path("empty.mjs")], 1, /empty\.mjs: is empty/],
  ["a folder", ["./"], 2, /"\.\/": expected a module that exports a loss: \.js, \.mjs, \.cjs or \.ts/],
  ["another kind of file", ["./a.txt"], 2, /"\.\/a\.txt": expected a module/],
  ["what throws", [path("throws.mjs")], 1, /throws\.mjs(:2)?: not today\n$/],
  ["a formula that cannot be", [path("refused.mjs")], 1, /refused\.mjs.*: x: formula /],
  ["no loss", [path("none.mjs")], 1, /exports no loss, but a and b; a loss is made by defineFormula/],
  ["no export", [path("nothing.mjs")], 1, /nothing\.mjs: exports nothing; a loss is made by defineFormula/],
  ["several", [many], 2, /exports 4 losses: name one of them, (?!.*#again).*many\.mjs#/],
  ["a misspelt name", [`${many}#fist`], 2, /exports no loss "fist"; did you mean .*many\.mjs#first\?/],
  ["an unknown name", [`${many}#quux`], 2, /exports no loss "quux"; it has /],
  ["an option out of range", [one, ...files, "--delta", "0"], 2, /--delta is 0, outside \(0, ∞\)/],
  [
    "an unknown option",
    [one, ...files, "--dleta", "1"],
    2,
    /Did you mean --delta\?.*see lossary eval .*one\.mjs --help/,
  ],
  ["a missing argument", [one], 2, /one\.mjs needs --predictions <file> and --targets <file>/],
  ["shapes that differ", [one, "--predictions", pair, "--targets", `${pair}:t`], 1, /pseudoHuber: targets is \[2\]/],
  ["targets that throw", [`${many}#broken`, "--predictions", `${pair}:p`], 1, /many\.mjs.*: no such\n$/],
])("says in one line what is wrong: %s", async (_, argv, exit, message) => {
  const { out, err, code } = await lossary("eval", ...argv);
  expect(err).toMatch(message);
  expect(err).toMatch(/^lossary: [^\n]*\n$/);
  expect({ out, code }).toEqual({ out: "", code: exit });
});

it("names the line of a fault of syntax", () => {
  file("syntax.mjs", "export const a = 1;\nexport const b = = 2;\n");
  file("syntax.cjs", "\n\nmodule.exports = = 2;\n");
  for (const [name, line] of [
    ["syntax.mjs", 2],
    ["syntax.cjs", 3],
  ]) {
    const { status, stderr } = spawnSync("node", [script, "show", name as string], { cwd: folder, encoding: "utf8" });
    expect({ status, stderr }).toEqual({ status: 1, stderr: `lossary: ${name}:${line}: Unexpected token '='\n` });
  }
});
