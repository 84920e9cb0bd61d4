/** Inside jax-js: Lossary's portable definitions beside what its users write, which runs there with and without jit. */
import * as core from "lossary";
import { crossEntropy, huberLoss } from "lossary/jax";
import { type JaxArray, jax } from "../../examples/parts/jax.ts";
import { defaultsOf } from "../row.ts";
import { C, type EngineRow, labels, MILLION, N, numbers } from "./row.ts";

const { jit, nn, numpy: np, valueAndGrad } = jax;

type Loss = (x: JaxArray) => JaxArray;
type Differentiated = (x: JaxArray) => [JaxArray, JaxArray];

const timed = (compute: Differentiated, x: JaxArray) => async () => {
  const [value, gradient] = compute(x.ref);
  await gradient.blockUntilReady();
  gradient.dispose();
  return (await value.data())[0] as number;
};
const plain = (loss: Loss, x: JaxArray) => timed(valueAndGrad(loss) as unknown as Differentiated, x);
const compiled = (loss: Loss, x: JaxArray) => timed(jit(valueAndGrad(loss)) as unknown as Differentiated, x);

/** Ours under jit beside theirs under jit, and beside theirs without. */
const both = (name: string, loss: EngineRow["loss"], ours: Loss, theirs: Loss, x: JaxArray): EngineRow[] => [
  { name: `${name} in jax-js, both under jit`, loss, ours: compiled(ours, x), theirs: compiled(theirs, x) },
  { name: `${name} in jax-js, only ours under jit`, loss, ours: compiled(ours, x), theirs: plain(theirs, x) },
];

export function jaxRows(): EngineRow[] {
  const logits = np.array(numbers(N * C)).reshape([N, C]);
  const classes = np.array(labels(N, C));
  const oneHot = nn.oneHot(classes.ref, C);
  const predictions = np.array(numbers(MILLION));
  const targets = np.array(numbers(MILLION).reverse());
  const { delta } = defaultsOf(core.huberLoss);
  return [
    ...both(
      `Cross entropy ${N}x${C}`,
      crossEntropy,
      (x) => crossEntropy(x, classes.ref),
      (x) => np.multiply(np.sum(np.multiply(nn.logSoftmax(x), oneHot.ref)), -1 / N),
      logits,
    ),
    ...both(
      "Huber 1M",
      huberLoss,
      (x) => huberLoss(x, targets.ref),
      (x) => {
        const e = np.abs(np.subtract(x, targets.ref));
        const q = np.minimum(e.ref, delta);
        return np.mean(np.multiply(q.ref, np.subtract(e, np.multiply(q, 0.5))));
      },
      predictions,
    ),
  ];
}
