/** The array interface on TensorFlow.js. Intermediate tensors are the surrounding tidy's to dispose. */
import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { Axes, Engine, Term } from "../../formula/arrays.ts";

type Binary = (a: Tensor | number, b: Tensor | number) => Tensor;

/** Comparisons have no gradient there, and throw when one is asked for: they get constants. */
const compare = (f: Binary) => (a: Term<Tensor>, b: Term<Tensor>) => f(constantOf(a), constantOf(b));

const constantOf = (x: Term<Tensor>) => (typeof x === "number" ? x : stop(x));

/**
 * The same data under another tensor, which the tape does not know to be the first: no gradient finds its way. A
 * gradient of zeros would not do, since zero times an infinite slope is NaN.
 */
function stop(x: Tensor): Tensor {
  const engine = tf.engine();
  const { dataId, shape, dtype } = x;
  // The data stay until both tensors are disposed.
  engine.state.tensorInfo.get(dataId)?.backend.incRef(dataId);
  return engine.makeTensorFromTensorInfo({ dataId, shape, dtype });
}

/**
 * exp with a gradient that can be differentiated again. The gradient of its own exp multiplies by the saved result, which
 * is a constant to the tape, so that second derivatives come out wrong.
 */
const expTwice = (x: Tensor): Tensor =>
  tf.customGrad((...args: unknown[]) => {
    const [a, save] = args as [Tensor, (tensors: Tensor[]) => void];
    save([a]);
    return {
      value: tf.exp(a),
      gradFunc: (dy: Tensor, saved: Tensor[]) => tf.mul(dy, expTwice(saved[0] as Tensor)),
    };
  })(x);

/** log(1 + x). On the wasm backend its own forgets what 1 + x loses by rounding. */
function log1p(x: Tensor): Tensor {
  if (tf.getBackend() !== "wasm") return tf.log1p(x);
  const seen = stop(x);
  const sum = tf.add(seen, 1);
  const lost = tf.div(tf.sub(seen, tf.sub(sum, 1)), sum);
  return tf.add(tf.log1p(x), tf.where(tf.less(tf.abs(seen), 1), lost, tf.zerosLike(seen)));
}

/**
 * Chooses, also among gradients. TensorFlow.js itself multiplies a gradient by the mask, and where a slope is infinite on the
 * side that was not chosen, zero times infinity is NaN.
 */
function where(mask: Tensor, a: Term<Tensor>, b: Term<Tensor>): Tensor {
  const chosen = [a, b].filter((x) => typeof x !== "number");
  const shape = [mask, ...chosen].reduce<number[]>(
    (wide, x) => tf.broadcast_util.assertAndGetBroadcastShape(wide, x.shape),
    [],
  );
  const choose = tf.customGrad((...args: unknown[]) => {
    const given = args.slice(0, -1) as Tensor[];
    (args.at(-1) as (tensors: Tensor[]) => void)([mask]);
    const sides = [a, b].map((x) => (typeof x === "number" ? tf.scalar(x) : (given.shift() as Tensor)));
    return {
      value: tf.where(mask, sides[0] as Tensor, sides[1] as Tensor),
      gradFunc: (dy: Tensor, [held]: Tensor[]) => [
        ...(typeof a === "number" ? [] : [where(held as Tensor, dy, 0)]),
        ...(typeof b === "number" ? [] : [where(held as Tensor, 0, dy)]),
      ],
    };
  });
  return choose(...chosen.map((x) => tf.broadcastTo(x, shape)));
}

const axesOf = (axes?: Axes) => (axes === undefined || typeof axes === "number" ? axes : [...axes]);

export const engine: Engine<Tensor> = {
  epsilon: 2 ** -23,
  tidy: (use) => tf.tidy(() => [...use()]) as unknown as ReturnType<typeof use>,
  constant: (data, shape) => tf.tensor(Float32Array.from(data), [...shape], "float32"),
  range: (n) => tf.range(0, n, 1, "int32"),
  shapeOf: (x) => x.shape,
  numbers: (x) => x.dataSync<"float32">(),
  stop,
  add: tf.add as Binary,
  sub: tf.sub as Binary,
  mul: tf.mul as Binary,
  div: tf.div as Binary,
  exp: (x) => (tf.engine().state.gradientDepth > 1 ? expTwice(x) : tf.exp(x)),
  log: (x) => tf.log(x),
  expm1: (x) => tf.expm1(x),
  log1p,
  sqrt: (x) => tf.sqrt(x),
  atan: (x) => tf.atan(x),
  clip: (x, low, high) => tf.clipByValue(stop(x), low, high),
  less: compare(tf.less as Binary),
  lessEqual: compare(tf.lessEqual as Binary),
  equal: compare(tf.equal as Binary),
  and: (a, b) => tf.logicalAnd(a, b),
  not: (mask) => tf.logicalNot(mask),
  whole: (x) => (x.dtype === "int32" ? tf.ones(x.shape, "bool") : tf.equal(tf.floor(stop(x)), stop(x))),
  // On webgpu the cast keeps a mask's whole numbers under another name, which transposing takes for floats: sums by blocks
  // would be 0. Adding makes floats of them.
  number: (mask) => tf.add(tf.cast(mask, "float32"), 0),
  // Its own is 0 for small numbers on wasm, and for NaN on cpu.
  sign: (x) => {
    const seen = stop(x);
    return tf.where(tf.less(0, seen), 1, tf.where(tf.less(seen, 0), -1, seen));
  },
  max: (x, axis) => tf.max(stop(x), axis, true),
  atLargest: (x, axis) => {
    const length = x.shape[axis] as number;
    const kept = x.shape.map((other, i) => (i === axis ? 1 : other));
    const places = x.shape.map((_, i) => (i === axis ? length : 1));
    // argMax of a vector has the shape [1] on webgpu, [] elsewhere.
    const at = tf.reshape(tf.argMax(stop(x), axis), kept);
    return tf.equal(at, tf.reshape(tf.range(0, length, 1, "int32"), places));
  },
  where,
  // On wasm a sum of nothing is memory as it was.
  sum: (x, axes, keep) => {
    const total = tf.sum(x, axesOf(axes), keep);
    return x.size === 0 && total.size > 0 ? where(tf.scalar(false, "bool"), total, 0) : total;
  },
  reshape: (x, shape) => tf.reshape(x, [...shape]),
  transpose: (x, axes) => tf.transpose(x, axes && [...axes]),
  concat: (list, axis) => tf.concat([...list], axis),
  slice: (x, axis, begin, size) =>
    tf.slice(
      x,
      x.shape.map((_, i) => (i === axis ? begin : 0)),
      x.shape.map((length, i) => (i === axis ? size : length)),
    ),
  matmul: (a, b) => tf.matMul(a, b),
};
