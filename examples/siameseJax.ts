/**
 * Verification of handwritten digits as in `siamese`, on jax-js: the same pairs, networks of the same size.
 *
 *     npm run example siameseJax -- [--steps 400] [--json]
 */
import { contrastiveLoss, pseudoSiamese, siamese } from "lossary/jax";
import { type Adam, startAdam, stepAdam } from "./parts/adam.ts";
import { PIXELS } from "./parts/digits.ts";
import { type JaxArray, jax } from "./parts/jax.ts";
import { seeded } from "./parts/random.ts";
import { progress, readRun, report } from "./parts/run.ts";
import { accuracy, drawRun, KINDS, type Kind, type Pairs, sayVerified, type Verified } from "./parts/verification.ts";

const { numpy: np, nn } = jax;

type Weights = { w1: JaxArray; b1: JaxArray; w2: JaxArray; b2: JaxArray };

/** The weights of one branch that both sides share, or of one branch a side. */
type Branches = Weights[];

function makeBranch(seed: number): Weights {
  const random = seeded(seed);
  const matrix = (rows: number, columns: number) => {
    const deviation = Math.sqrt(2 / (rows + columns));
    const data = Float32Array.from({ length: rows * columns }, () => deviation * random.normal());
    return np.array(data, { shape: [rows, columns] });
  };
  return { w1: matrix(PIXELS, 64), b1: np.zeros([64]), w2: matrix(64, 16), b2: np.zeros([16]) };
}

/** The network of some weights, which it borrows. */
const networkOf =
  ({ w1, b1, w2, b2 }: Weights) =>
  (x: JaxArray) =>
    np.matmul(nn.relu(np.matmul(x, w1.ref).add(b1.ref)), w2.ref).add(b2.ref);

function pairOf(branches: Branches) {
  const [left, right] = branches as [Weights, Weights?];
  const options = { distance: "euclidean" } as const;
  return right ? pseudoSiamese(networkOf(left), networkOf(right), options) : siamese(networkOf(left), options);
}

const distances = jax.jit((branches: Branches, first: JaxArray, second: JaxArray) => {
  const judged = pairOf(branches)(first, second);
  jax.tree.dispose(branches);
  return judged;
});

const learn = jax.jit(
  (adam: Adam<Branches>, step: JaxArray, first: JaxArray, second: JaxArray, different: JaxArray) => {
    const cost = (branches: Branches) => {
      const loss = contrastiveLoss(...pairOf(branches).embeddings(first, second), different);
      jax.tree.dispose(branches);
      return loss;
    };
    const [loss, gradients] = jax.valueAndGrad(cost)(jax.tree.ref(adam.weights));
    return { loss, adam: stepAdam(adam, gradients, step, 0.003) };
  },
);

const toArrays = ({ first, second }: Pairs) => [np.array(first as number[][]), np.array(second as number[][])] as const;

async function train(kind: Kind, steps: number): Promise<Verified> {
  const { calibration, held, nextBatch } = drawRun(kind);
  let adam = startAdam<Branches>(kind === "siamese" ? [makeBranch(1)] : [makeBranch(1), makeBranch(11)]);
  const judge = async (pairs: Pairs) => {
    const judged = distances(jax.tree.ref(adam.weights), ...toArrays(pairs));
    return { distances: await judged.data(), different: pairs.different };
  };
  const verify = async () => accuracy(await judge(calibration), await judge(held));
  const before = await verify();
  for (let step = 1; step <= steps; step++) {
    const batch = nextBatch();
    const made = learn(adam, np.array(step), ...toArrays(batch), np.array([...batch.different]));
    adam = made.adam;
    progress(`${kind}: step ${step} of ${steps}, loss ${((await made.loss.data())[0] as number).toFixed(4)}`);
  }
  const after = await verify();
  jax.tree.dispose(adam);
  return { kind, steps, before, after };
}

const run = readRun("siameseJax", 400);
const results: Verified[] = [];
for (const kind of KINDS) results.push(await train(kind, run.steps));
report(run, { results }, results.map(sayVerified));
