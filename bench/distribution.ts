import {
  distillationLoss,
  earthMoverDistance,
  gradientPenalty,
  jensenShannonDivergence,
  klDivergenceFromLogits,
  sinkhornDivergence,
  wassersteinCriticLoss,
  wassersteinDistance,
} from "lossary";
import { floats, type Inputs, normal, type Row, row, uniform } from "./row.ts";

const MILLION = 1 << 20;

/** Rows of logits, and rows of probabilities as targets. */
function distributions(seed = 5): Inputs<"logits" | "targets"> {
  const random = uniform(seed);
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
function plainWasserstein({ u, v }: Inputs<"u" | "v">, _: unknown, du: Float32Array, dv: Float32Array): number {
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
    inputs: () => distributions(),
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
    name: "Distillation 1024x1000, temperature 4",
    inputs: () => {
      const random = uniform(8);
      const number = () => 8 * random() - 4;
      return { studentLogits: floats([1024, 1000], number), teacherLogits: floats([1024, 1000], number) };
    },
    loss: distillationLoss,
    options: { temperature: 4 },
    wrt: ["studentLogits"],
    torch: `temperature**2 * F.kl_div(F.log_softmax(studentLogits / temperature, 1),
      F.softmax(teacherLogits / temperature, 1), reduction='batchmean')`,
    tfjs: (tf, { studentLogits, teacherLogits }, { temperature }) => {
      const wanted = tf.logSoftmax(tf.div(teacherLogits, temperature));
      const gap = tf.sub(wanted, tf.logSoftmax(tf.div(studentLogits, temperature)));
      return tf.mul(tf.mean(tf.sum(tf.mul(tf.exp(wanted), gap), 1)), temperature ** 2);
    },
    jax: (np, nn, { studentLogits, teacherLogits }, { temperature }) => {
      const wanted = nn.logSoftmax(np.divide(teacherLogits, temperature), -1);
      const gap = np.subtract(wanted.ref, nn.logSoftmax(np.divide(studentLogits, temperature), -1));
      return np.multiply(np.mean(np.sum(np.multiply(np.exp(wanted), gap), 1)), temperature ** 2);
    },
  }),
  row({
    name: "JS divergence 1024x1000",
    inputs: () => ({ p: distributions(5).targets, q: distributions(6).targets }),
    loss: jensenShannonDivergence,
    wrt: ["p", "q"],
    torch: `(lambda m: 0.5 * ((p * (p / m).log()).sum(1) + (q * (q / m).log()).sum(1)).mean())((p + q) / 2)`,
    tfjs: (tf, { p, q }) => {
      const m = tf.div(tf.add(p, q), 2);
      const to = (x: typeof p) => tf.mul(x, tf.log(tf.div(x, m) as ReturnType<typeof tf.tensor>));
      return tf.mul(tf.mean(tf.sum(tf.add(to(p), to(q)), 1)), 0.5);
    },
    jax: (np, _, { p, q }) => {
      const m = np.divide(np.add(p.ref, q.ref), 2);
      const to = (x: typeof p, middle: typeof p) => np.multiply(x.ref, np.log(np.divide(x, middle)));
      return np.multiply(np.mean(np.sum(np.add(to(p, m.ref), to(q, m)), 1)), 0.5);
    },
  }),
  row({
    name: "Wasserstein critic 1M and 1M",
    inputs: () => {
      const random = uniform(9);
      return { real: floats([MILLION], () => 8 * random() - 3), fake: floats([MILLION], () => 8 * random() - 4) };
    },
    loss: wassersteinCriticLoss,
    wrt: ["real", "fake"],
    torch: "fake.mean() - real.mean()",
    tfjs: (tf, { real, fake }) => tf.sub(tf.mean(fake), tf.mean(real)),
    jax: (np, _, { real, fake }) => np.subtract(np.mean(fake), np.mean(real)),
  }),
  row({
    name: "Gradient penalty 4096x784",
    inputs: () => ({ gradients: floats([4096, 784], normal(10)) }),
    loss: gradientPenalty,
    wrt: ["gradients"],
    torch: "weight * (torch.linalg.vector_norm(gradients, dim=1) - target).square().mean()",
    tfjs: (tf, { gradients }, { weight, target }) =>
      tf.mul(tf.mean(tf.square(tf.sub(tf.sqrt(tf.sum(tf.square(gradients), 1)), target))), weight),
    jax: (np, _, { gradients }, { weight, target }) =>
      np.multiply(np.mean(np.square(np.subtract(np.sqrt(np.sum(np.square(gradients), 1)), target))), weight),
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
    torch: "sinkhorn(x, y, blur, scaling)",
  }),
];
