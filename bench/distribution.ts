import { earthMoverDistance, klDivergenceFromLogits, sinkhornDivergence, wassersteinDistance } from "lossary";
import { floats, type Inputs, type Row, row, uniform } from "./row.ts";

const MILLION = 1 << 20;

/** Rows of logits, and rows of probabilities as targets. */
function distributions(): Inputs<"logits" | "targets"> {
  const random = uniform(5);
  const shape = [1024, 1000];
  const logits = floats(shape, () => 8 * random() - 4);
  const targets = floats(shape, random);
  for (let start = 0; start < targets.data.length; start += 1000) {
    const masses = Float32Array.from(targets.data.subarray(start, start + 1000));
    const total = masses.reduce((sum, mass) => sum + mass, 0);
    targets.data.set(
      masses.map((mass) => mass / total),
      start,
    );
  }
  return { logits, targets };
}

function samples(): Inputs<"u" | "v"> {
  const random = uniform(6);
  return { u: floats([MILLION], () => 8 * random() - 4), v: floats([MILLION], () => 8 * random() - 3) };
}

/** Two clouds in the unit square, the second one a little aside. */
const clouds = (n: number) => (): Inputs<"x" | "y"> => {
  const random = uniform(7);
  return { x: floats([n, 2], random), y: floats([n, 2], () => random() + 0.2) };
};

/** One pass in plain JavaScript; both gradients are of one size. */
function plainWasserstein({ u, v }: Inputs<"u" | "v">, du: Float32Array, dv: Float32Array): number {
  const orderOf = ({ data }: typeof u) =>
    Uint32Array.from(data, (_, i) => i).sort((a, b) => (data[a] as number) - (data[b] as number));
  const [first, second] = [orderOf(u), orderOf(v)];
  let sum = 0;
  for (let i = 0; i < first.length; i++) {
    const [a, b] = [first[i] as number, second[i] as number];
    const difference = (u.data[a] as number) - (v.data[b] as number);
    sum += Math.abs(difference);
    du[a] = Math.sign(difference) / first.length;
    dv[b] = -(du[a] as number);
  }
  return sum / first.length;
}

export const distribution: Row[] = [
  row({
    name: "KL from logits 1024x1000",
    inputs: distributions,
    loss: klDivergenceFromLogits,
    wrt: ["logits"],
    torch: "F.kl_div(F.log_softmax(logits, 1), targets, reduction='batchmean')",
    tfjs: (tf, { logits, targets }) => {
      const gap = tf.sub(tf.log(targets as ReturnType<typeof tf.tensor>), tf.logSoftmax(logits));
      return tf.mean(tf.sum(tf.mul(targets, gap), 1));
    },
    jax: (np, nn, { logits, targets }) =>
      np.mean(np.sum(np.multiply(targets.ref, np.subtract(np.log(targets), nn.logSoftmax(logits, -1))), 1)),
  }),
  row({
    name: "Wasserstein 1-D 1M",
    inputs: samples,
    loss: wassersteinDistance,
    wrt: ["u", "v"],
    torch: "wasserstein(u, v)",
    plain: plainWasserstein,
  }),
  row({
    name: "Earth mover 1000x1000, 2-D",
    inputs: clouds(1000),
    loss: earthMoverDistance,
    wrt: ["x", "y"],
    scipy: "assigned(x, y)",
  }),
  row({
    name: "Sinkhorn 1024x1024, 2-D",
    inputs: clouds(1024),
    loss: sinkhornDivergence,
    wrt: ["x", "y"],
    torch: "sinkhorn(x, y)",
  }),
];
