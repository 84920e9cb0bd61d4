/** Functions that are not losses, by their specifications, and how to reach them. */

import { type FunctionSpec, isLossSpec } from "../../contract/spec.ts";
import * as lossary from "../../index.ts";
import { showSymbolic } from "../../tensor/shapes.ts";

export interface Score {
  readonly spec: FunctionSpec;
  /** Its call in the library. */
  readonly call: string;
  /** The command that computes it from files, if there is one. */
  readonly command: string | null;
}

const commands: Readonly<Record<string, string>> = {
  FrechetInceptionDistance: "lossary fid <real> <generated>",
  InceptionScore: "lossary is <generated>",
  damsmTerms: "lossary damsm --regions … --words … --lengths … --images … --sentences …",
  frechetDistance: "lossary fid <real.npz> <generated.npz>, with arrays mu and sigma in each",
  inceptionScore: "lossary is <generated>",
  kernelInceptionDistance: "lossary kid <real> <generated>",
  matchingRPrecision: "lossary r-precision --images … --texts …",
  rPrecision: "lossary r-precision --scores … --relevant …",
};

/** What a class does beyond being made. */
const methods: Readonly<Record<string, string>> = {
  FeatureStatistics: "update(features), merge, mean, covariance, toBytes; fromBytes",
  FrechetInceptionDistance: "update(features, { real }), merge, compute, toBytes; fromBytes",
  InceptionScore: "update(probabilities), merge, compute({ splits }), toBytes; fromBytes",
};

/** "iou(boxes1 [N, 4], boxes2 [M, 4], { format })" */
function callOf({ name, arguments: specs, options }: FunctionSpec): string {
  const named = specs.map((argument) => {
    const bare = argument.kind === "value" || argument.kind === "state";
    return bare ? argument.name : `${argument.name} ${showSymbolic(argument.shape)}`;
  });
  const keys = Object.keys(options);
  const all = [...named, ...(keys.length > 3 ? ["options"] : keys.length > 0 ? [`{ ${keys.join(", ")} }`] : [])];
  const call = `${name}(${all.join(", ")})`;
  return methods[name] ? `new ${call}: ${methods[name]}` : call;
}

/** Every function of the package that is not a loss and says what it is, by name. */
export const functions: readonly Score[] = Object.values<unknown>(lossary)
  .flatMap((value) => (typeof value === "function" && "spec" in value ? [value.spec as FunctionSpec] : []))
  .filter((spec) => !isLossSpec(spec))
  .map((spec) => ({ spec, call: callOf(spec), command: commands[spec.name] ?? null }))
  .sort((a, b) => (a.spec.name < b.spec.name ? -1 : 1));

/** Those that score something. */
export const scores = functions.filter(({ spec }) => spec.family === "score");

/** Those that do not: activations, parts of losses, algorithms. */
export const others = functions.filter(({ spec }) => spec.family !== "score");
