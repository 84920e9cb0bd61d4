import { readNumbers } from "../contract/numbers.ts";
import { checkCount } from "../contract/options.ts";
import { type FunctionSpecOf, frozen } from "../contract/spec.ts";
import { LossaryRangeError } from "../lossaryError.ts";
import { type IndexInput, type Tensor, zeros } from "../tensor/tensor.ts";

export interface OneHotOptions {
  /** Label of rows that belong to no class: zeros. Default −100. */
  ignoreIndex?: number;
}

type Inputs = [labels: IndexInput, classes: number];

const spec = frozen<FunctionSpecOf<Inputs, OneHotOptions>>({
  name: "oneHot",
  family: "activation",
  title: { en: "One-hot encoding", zh: "独热编码" },
  summary: "Makes labels rows of zeros with a 1 at the class.",
  arguments: [
    { name: "labels", shape: "N ...", kind: "index", doc: "Class of each row or position, 0…C − 1." },
    { name: "classes", shape: "", kind: "value", doc: "Number of classes, C.", check: checkCount },
  ],
  options: {
    ignoreIndex: {
      type: "number",
      default: -100,
      range: "[−2147483648, 2147483647]",
      integer: true,
      doc: "Label of rows that belong to no class: zeros.",
    },
  },
});

/**
 * Labels as masks: for losses of masks or distributions, where labels are what there is.
 *
 *     t_c = 1 where c is the label, else 0
 *
 * Shapes     labels: [N, ...], whole numbers in 0…C − 1. Value: [N, C, ...], Float32Array.
 * Errors     A label outside 0…C − 1 and not ignoreIndex; a number of classes that is not a whole number ≥ 1; an empty array.
 * Edges      Rows with ignoreIndex are zeros.
 * Relation   crossEntropy and softmaxFocalLoss take labels as they are.
 */
export function oneHot(labels: IndexInput, classes: number, options?: OneHotOptions): Tensor<Float32Array>;
export function oneHot(...args: unknown[]): Tensor<Float32Array> {
  const { inputs, options } = readNumbers<Inputs, OneHotOptions>(spec, args);
  const [{ data, shape }, classes] = inputs;
  const [n = 1, ...rest] = shape;
  const positions = data.length / n;
  const masks = zeros("oneHot: classes", "float32", data.length * classes);
  for (let i = 0; i < data.length; i++) {
    const label = data[i] as number;
    if (label === options.ignoreIndex) continue;
    if (!Number.isInteger(label) || label < 0 || label >= classes)
      throw new LossaryRangeError(
        `oneHot: labels[${i}]`,
        `is ${label}, expected 0…${classes - 1} or ${options.ignoreIndex}`,
      );
    masks[(Math.floor(i / positions) * classes + label) * positions + (i % positions)] = 1;
  }
  return { data: masks, shape: [n, classes, ...rest] };
}
oneHot.spec = spec;
