/** What a combination says about itself, from what its parts say. */
import type { ArgumentSpec, FloatArgument, FunctionSpec, ValueArgument } from "../contract/spec.ts";
import { countOf, type ReadPart } from "./parts.ts";

type Parts = readonly ReadPart<unknown, unknown>[];

export function specOf(parts: Parts): FunctionSpec {
  const names = parts.map(({ loss }) => loss.spec.name);
  const sum = parts.map(({ weight, loss }) => (weight === 1 ? loss.spec.name : `${weight} · ${loss.spec.name}`));
  return {
    name: "combine",
    family: parts[0]?.loss.spec.family ?? "regression",
    title: { en: `Sum of ${names.join(" and ")}`, zh: `${names.join("、")} 之和` },
    summary: `${sum.join(" + ")}.`,
    arguments: [predictionsOf(parts), ...Array.from({ length: countOf(parts) - 1 }, (_, i) => targetOf(parts, i))],
    options: {
      sampleWeight: {
        type: "tensor",
        shape: "...",
        default: undefined,
        range: "[0, ∞)",
        doc: "Weights of the values of each part, or of their leading axes.",
      },
    },
  };
}

/** The first argument of a part that takes it as it comes; what an activation takes is any number. */
function predictionsOf(parts: Parts): FloatArgument {
  const firsts = parts.map(({ activation, loss }) => {
    const argument = loss.spec.arguments[0] as FloatArgument;
    return activation ? { ...argument, kind: "float" as const } : argument;
  });
  const plain = firsts[
    Math.max(
      0,
      parts.findIndex(({ activation }) => !activation),
    )
  ] as FloatArgument;
  return {
    name: "predictions",
    shape: plain.shape,
    kind: plain.kind,
    differentiable: true,
    doc: "What all parts judge.",
  };
}

/** What the first part says that takes the argument as it comes. */
function targetOf(parts: Parts, index: number): ArgumentSpec | ValueArgument {
  const part = parts.find(({ direct, count }) => direct && index < count);
  const own = part?.loss.spec.arguments[index + 1];
  if (!own) return { name: `target${index + 1}`, shape: "...", kind: "value", doc: "What the parts' targets take." };
  return "differentiable" in own ? { ...own, differentiable: false } : own;
}
