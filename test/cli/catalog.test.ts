/** `list` and `show`: every exported loss is there, from its specification alone, and every score. */
import { expect, it } from "vitest";
import { otherNames } from "../../src/cli/registry/otherNames.ts";
import { functions, scores } from "../../src/cli/registry/scores.ts";
import { find, findLoss, losses } from "../../src/cli/registry.ts";
import { type FunctionSpec, isLossSpec } from "../../src/contract/spec.ts";
import * as library from "../../src/index.ts";
import { inside, lossary } from "./program.ts";

const exported = Object.entries(library)
  .flatMap(([name, value]) => ("spec" in value && isLossSpec(value.spec as FunctionSpec) ? [name] : []))
  .sort();
const sorted = (names: readonly string[]) => [...names].sort();

/** What has no specification: makers of losses, what checks them, and the class of errors. */
const makers = ["LossaryError", "checkLoss", "combine", "defineFormula"];
const functionNames = functions.map(({ spec }) => spec.name);

it("knows of every exported function what it is", () => {
  expect(sorted([...exported, ...functionNames, ...makers])).toEqual(sorted(Object.keys(library)));
});

it("lists all that show knows, in text and as JSON", () => {
  const { code, stdout, stderr } = lossary("list");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(
    sorted(
      stdout
        .trimEnd()
        .split("\n")
        .map((line) => line.split(" ")[0] as string),
    ),
  ).toEqual(sorted([...exported, ...functionNames]));
  const json = JSON.parse(lossary("list", "--json").stdout);
  const others = functions.filter(({ spec }) => spec.family !== "score");
  for (const [listed, all] of [
    [json.scores, scores],
    [json.functions, others],
  ])
    expect(listed).toEqual(
      all.map(({ spec: { name, family, title, summary }, call, command }: (typeof functions)[number]) => {
        return { name, family, title, summary, call, command };
      }),
    );
  const listed = json.losses as { name: string; family: string }[];
  expect(sorted(listed.map(({ name }) => name))).toEqual(exported);
  const families = listed.map(({ family }) => family);
  expect(families).toEqual(sorted(families));
});

it("lists one family", () => {
  const { stdout } = lossary("list", "--family", "regression");
  expect(stdout).toContain("huberLoss");
  expect(stdout).not.toContain("crossEntropy");
  expect(stdout).not.toContain("rPrecision");
  expect(lossary("list", "--family", "score").stdout).toContain("rPrecision");
  expect(lossary("list", "--family", "activation").stdout).toMatch(
    /^logSoftmax .*\n[\s\S]*^oneHot .*\n[\s\S]*^softmax /m,
  );
  expect(lossary("list", "--family", "memory").stdout).toMatch(/^resident /m);
  expect(lossary("list", "--family", "distribution").stdout).toMatch(/^transportPlan /m);
  const { code, stderr } = lossary("list", "--family", "fruit");
  expect(code).toBe(2);
  expect(stderr).toMatch(/^lossary: .*'fruit' is invalid.*regression.*\n$/);
});

it.each(losses.map(({ spec }) => [spec.name, spec] as const))("shows all of %s", async (name, spec) => {
  const { code, stdout } = await inside("show", name);
  expect(code).toBe(0);
  const flat = stdout.replace(/\s+/g, " ");
  const texts = [
    spec.title.en,
    spec.title.zh,
    spec.summary,
    spec.formula,
    ...spec.arguments.flatMap((argument) => [argument.name, argument.doc]),
    ...Object.entries(spec.options).flatMap(([option, { doc }]) => [option, doc]),
    ...(spec.unreduced ? [`divides by ${spec.unreduced.mean}`] : ["no reduction"]),
    ...spec.traps,
    ...spec.references.flatMap(({ text, url }) => [text, url]),
  ];
  for (const text of texts) expect(flat).toContain(text.replace(/\s+/g, " "));
});

it("shows a specification as JSON", () => {
  expect(JSON.parse(lossary("show", "huberLoss", "--json").stdout)).toEqual(library.huberLoss.spec);
});

it("finds a loss by any spelling of its name, and by an alias of its own", () => {
  for (const name of ["huberLoss", "huber-loss", "HUBERLOSS", "huber", "Huber"])
    expect(findLoss(name)).toBe(library.huberLoss);
});

it.each<[string, RegExp]>([
  ["cross", /"cross" may be binaryCrossEntropy, crossEntropy, softCrossEntropy or ntXentLoss; name one of them/],
  ["entropy", /may be .*crossEntropy, softCrossEntropy, klDivergence or/],
  ["wasserstein", /may be .*slicedWassersteinDistance.* wassersteinDistance/],
  ["cosine", /may be cosFaceLoss or cosineEmbeddingLoss/],
  ["nll", /may be crossEntropy or logLoss/],
  ["KLDivLoss", /may be klDivergence or klDivergenceFromLogits/],
  ["ctc loss", /there is no loss "ctc loss"; lossary list shows them all/],
  ["loss", /there is no loss "loss"/],
])("does not guess what %s is", (name, message) => {
  expect(() => find(name)).toThrow(message);
});

it.each([
  ["nce", "infoNceLoss"],
  ["sinkhorn", "sinkhornDivergence"],
  ["chamfer", "chamferDistance"],
  ["MSELoss", "l2Loss"],
  ["mse", "l2Loss"],
  ["L1Loss", "l1Loss"],
  ["CrossEntropyLoss", "crossEntropy"],
  ["BCEWithLogitsLoss", "binaryCrossEntropy"],
  ["SmoothL1Loss", "smoothL1Loss"],
  ["TripletMarginLoss", "tripletLoss"],
  ["CosineEmbeddingLoss", "cosineEmbeddingLoss"],
  ["MarginRankingLoss", "marginRankingLoss"],
  ["ce", "crossEntropy"],
  ["pinball loss", "quantileLoss"],
  ["交叉熵", "crossEntropy"],
  ["均方误差", "l2Loss"],
  ["softmax 交叉熵", "crossEntropy"],
])("finds %s under the name it has elsewhere, or a part of it", (name, loss) => {
  const found = find(name);
  expect(found.spec.name).toBe(loss);
});

it("knows only losses by their names elsewhere", () => {
  for (const [other, names] of Object.entries(otherNames))
    for (const name of names)
      expect(
        losses.map(({ spec }) => spec.name),
        other,
      ).toContain(name);
});

it("says what was meant", () => {
  expect(lossary("show", "hubberLos")).toEqual({
    code: 2,
    stdout: "",
    stderr: 'lossary: there is no loss "hubberLos"; did you mean huberLoss?\n',
  });
  expect(lossary("show", "zzzzzzzzzz").stderr).toMatch(/^lossary: there is no loss "zzzzzzzzzz"; lossary list shows/);
});

it.each(functions.map((found) => [found.spec.name, found] as const))("shows how to reach %s", async (name, score) => {
  const { spec, call, command } = score;
  const { code, stdout } = await inside("show", name);
  expect(code).toBe(0);
  const flat = stdout.replace(/\s+/g, " ");
  const parts = [
    ...spec.arguments.flatMap((argument) => [argument.name, argument.doc]),
    ...Object.entries(spec.options).flatMap(([option, { doc }]) => [option, doc]),
  ];
  for (const text of [name, spec.title.zh, spec.summary, call, command ?? "Command none", ...parts])
    expect(flat).toContain(text);
  const named = command && /^lossary (\S+)/.exec(command)?.[1];
  if (named) expect((await inside(named, "--help")).stdout).toMatch(`Usage: lossary ${named}`);
});

it("says gradient of no argument of a function that gives none", () => {
  const withGradients = new Set(Object.entries(library).flatMap(([name, f]) => ("valueAndGrad" in f ? [name] : [])));
  for (const { spec } of functions) {
    if (withGradients.has(spec.name)) continue;
    for (const argument of spec.arguments) expect(argument, spec.name).not.toMatchObject({ differentiable: true });
  }
});

it("knows scores by their commands, too", async () => {
  expect((await inside("show", "kid")).stdout).toMatch(/^kernelInceptionDistance: /);
  expect((await inside("show", "damsm")).stdout).toMatch(/^damsmLoss: /);
  expect(lossary("show", "kidd").stderr).toBe('lossary: there is no loss "kidd"; did you mean kid?\n');
  expect(lossary("eval", "kid").stderr).toBe(
    "lossary: kernelInceptionDistance is a score without a gradient: lossary kid <real> <generated>\n",
  );
});

it("says of a score what computes it, where a loss is wanted", () => {
  expect(lossary("eval", "rPrecision").stderr).toBe(
    "lossary: rPrecision is a score without a gradient: lossary r-precision --scores … --relevant …\n",
  );
  expect(lossary("eval", "dice-score").stderr).toBe(
    "lossary: diceScore is a score without a gradient: call diceScore(predictions [N, C, ...], targets [N, C, ...])\n",
  );
});
