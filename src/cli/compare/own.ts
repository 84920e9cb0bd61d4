/** Losses from the user's modules: what their arguments say of the targets they learn from. */
import type { ArgumentSpec } from "../../contract/spec.ts";
import { axesBefore, Bindings, showSymbolic } from "../../tensor/shapes.ts";
import type { ResidentTensor, Shape, Tensor } from "../../tensor/tensor.ts";
import { type UserError, usageError } from "../errors.ts";
import type { OwnLoss } from "../modules/load.ts";
import { listed } from "../table/columns.ts";
import type { Task } from "../table/target.ts";
import { type Candidate, candidates, type Encoding, type Probabilities } from "./candidates.ts";

export const OWN = "your own";

/** The losses as they are compared, each under a name of its own. */
export function ownCandidates(losses: readonly OwnLoss[], task: Task): readonly Candidate[] {
  const taken = new Set(candidates[task].map(({ name }) => name));
  return losses.map((loss) => {
    const name = taken.has(loss.spec.name) ? `${loss.spec.name} (${loss.from})` : loss.spec.name;
    taken.add(name);
    return ownCandidate(loss, name, task);
  });
}

function ownCandidate(loss: OwnLoss, name: string, task: Task): Candidate {
  const { spec } = loss;
  const encoding = encodingOf(loss, task);
  const first = spec.arguments[0]?.name as string;
  return {
    name,
    spec,
    kind: OWN,
    encoding,
    probabilities: probabilitiesOf(loss, encoding),
    // The loss may live in another memory: numbers go there and come back.
    evaluate: (scores, targets, gradient) => {
      const { value, grads } = loss.valueAndGrad(numbersOf(scores), numbersOf(targets), { wrt: [first] });
      gradient.data.set((grads[first] as Tensor).data);
      return value as number;
    },
  };
}

const numbersOf = ({ data, shape }: ResidentTensor<"float32" | "int32">) => ({ data, shape });

const encodings: Readonly<Partial<Record<ArgumentSpec["kind"], Encoding>>> = {
  index: "labels",
  sign: "signs",
  probability: "rows",
  float: "numbers",
};

const refusal = ({ from, spec }: OwnLoss, why: string): UserError => usageError(`${from}: ${spec.name} ${why}`);

/** How targets are handed over, by the kind of the second argument; a table has no more than two to give. */
function encodingOf(loss: OwnLoss, task: Task): Encoding {
  const { arguments: specs, options } = loss.spec;
  const [predictions, targets, ...others] = specs;
  const required = Object.keys(options).find((key) => options[key]?.required);
  if (required) throw refusal(loss, `needs the option ${required}, which cannot be given here`);
  if (!predictions || !targets || others.length > 0) {
    const taken = listed(specs.map(({ name }) => name));
    throw refusal(loss, `takes ${taken}; of a table there are predictions and targets, in this order`);
  }
  checkPredictions(loss, predictions);
  const encoding = encodings[targets.kind];
  if (!encoding) throw refusal(loss, `takes ${targets.name} of the kind "${targets.kind}", which no column is`);
  const own = encoding === "numbers" ? "regression" : "classification";
  if (own !== task) {
    const wanted = task === "regression" ? "numbers (float)" : "classes (index, probability or sign)";
    throw refusal(loss, `learns from ${targets.name} of the kind "${targets.kind}": ${own}; the target is ${wanted}`);
  }
  checkShapes(loss, [predictions, targets], encoding);
  return encoding;
}

function checkPredictions(loss: OwnLoss, { name, kind, ...argument }: ArgumentSpec): void {
  if (kind === "probability")
    throw refusal(loss, `takes probabilities; the model gives any numbers: put a sigmoid or a softmax into the loss`);
  if (kind !== "float") throw refusal(loss, `takes ${name} of the kind "${kind}"; the model gives floats`);
  if (!("differentiable" in argument && argument.differentiable))
    throw refusal(loss, `has no gradient for ${name}, by which the model learns`);
}

function checkShapes(loss: OwnLoss, specs: readonly [ArgumentSpec, ArgumentSpec], encoding: Encoding): void {
  const bindings = new Bindings();
  const shapes = shapesOf(encoding);
  if (specs.every(({ shape }, i) => bindings.bind(shape, shapes[i] as Shape) === null)) return;
  const own = specs.map(({ name, shape }) => `${name} ${showSymbolic(shape)}`);
  throw refusal(
    loss,
    `takes ${listed(own)}; of a table they are ${listed(shapes.map((shape) => showSymbolic(symbols(shape))))}`,
  );
}

/** No two lengths are the same. */
const [ROWS, CLASSES] = [7, 3];

const shapesOf = (encoding: Encoding): readonly [scores: Shape, targets: Shape] => {
  if (encoding === "numbers") return [[ROWS], [ROWS]];
  return [[ROWS, CLASSES], encoding === "labels" ? [ROWS] : [ROWS, CLASSES]];
};

const symbols = (shape: Shape) => ["N", "C"].slice(0, shape.length).join(" ");

/** A loss of each score on its own goes with sigmoids, one of each row with their softmax. */
function probabilitiesOf({ spec: { unreduced, arguments: specs } }: OwnLoss, encoding: Encoding): Probabilities {
  if (encoding === "numbers") return "none";
  if (encoding === "labels" || !unreduced) return "softmax";
  const perScore = axesBefore(unreduced.shape, specs[0]?.shape ?? "") === "";
  return perScore ? "sigmoid" : "softmax";
}
