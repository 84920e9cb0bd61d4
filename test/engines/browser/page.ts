/** What runs in the browser: both engines on the backend that the page's address names, asked by the test from outside. */
import * as jax from "@jax-js/jax";
import * as tf from "@tensorflow/tfjs";
import * as wasm from "@tensorflow/tfjs-backend-wasm";
import "@tensorflow/tfjs-backend-webgpu";
import type { Scalar, Tensor, Tensor4D } from "@tensorflow/tfjs-core";
import * as onJax from "../../../src/engines/jax/index.ts";
import * as onTfjs from "../../../src/engines/tfjs/index.ts";
import { inputsOf, optionsOf, type Result } from "../cases.ts";
import { type NativeOnArrays, onArrays } from "../onArrays.ts";
import { type NativeOnTensors, onTensors } from "../onTensors.ts";
import { arrayOf, first, imageOf, layered, mapped, options, second } from "../twoLayers.ts";

type JaxArray = import("@jax-js/jax").Array;

/** A result, and how many tensors of TensorFlow.js it left behind. */
export interface Answer extends Result {
  readonly left: number;
}

export interface Page {
  /** What the engine says it runs on. */
  readonly backend: string;
  /** A loss with the options of that index in its case. */
  evaluate(name: string, seed: number, onKinks: boolean, index: number): Promise<Answer>;
  /** Perceptual loss through a network of convolutions, and its gradient for the first image. */
  perceptual(): Promise<Result>;
  /** The names of TensorFlow.js's kernels that a loss takes. */
  kernelsOf?(name: string): Promise<string[]>;
  /** Mean squares, and the ends of their gradients, before and after the heap has grown. */
  outgrow?(): number[][];
}

const { searchParams } = new URL(location.href);
const backend = searchParams.get("backend") as string;

async function tensorflow(): Promise<Page> {
  wasm.setWasmPaths("/wasm/");
  await tf.setBackend(backend);
  const { differentiate, valueAndGrad } = onTensors(tf, onTfjs as unknown as NativeOnTensors);
  return {
    backend: [tf.getBackend(), ...(sharesMemory() ? ["memory shared among threads"] : [])].join(", "),
    async evaluate(name, seed, onKinks, index) {
      // One shader for inputs of many shapes, where TensorFlow.js gets it right: compiling them is what takes the time.
      if (backend === "webgl") tf.env().set("WEBGL_USE_SHAPES_UNIFORMS", name !== "batchAllTripletLoss");
      const before = tf.memory().numTensors;
      const own = optionsOf(name)[index] ?? {};
      const result = await valueAndGrad(name, inputsOf(name, seed, onKinks), own);
      return { ...result, left: tf.memory().numTensors - before };
    },
    async perceptual() {
      const apart = onTfjs.perceptual(layered(tf), options);
      const compute = tf.valueAndGrad((x: Tensor) => apart(x, imageOf(tf, second)) as Scalar);
      const { value, grad } = compute(imageOf(tf, first));
      return { value: (await value.data())[0] as number, grads: { x: [...(await planesOf(grad as Tensor4D).data())] } };
    },
    async kernelsOf(name) {
      const run = () => differentiate(name, inputsOf(name, 1, false), optionsOf(name)[0] ?? {});
      const { kernelNames } = await tf.profile(() => void tf.tidy(() => void run()));
      return kernelNames;
    },
    outgrow() {
      const size = 1 << 21;
      const [p, t, started] = [tf.fill([size], 0.25), tf.fill([size], 1), heapSize()];
      const found: number[][] = [];
      const held: Tensor[] = [];
      // Each call holds on to eight megabytes.
      while (held.length < 8 || heapSize() === started) {
        const compute = tf.valueAndGrad((x: Tensor) => onTfjs.l2Loss(x, t, { reduction: "sum" }) as Scalar);
        const { value, grad } = compute(p);
        held.push(value, grad);
        found.push(tf.tidy(() => [value, tf.min(grad), tf.max(grad)].map((x) => x.dataSync()[0] as number)));
      }
      tf.dispose([p, t, ...held]);
      return found;
    },
  };
}

const planesOf = (images: Tensor4D) => tf.transpose(images, [0, 3, 1, 2]);

/** The heap that the threads of the wasm backend share, if there is one. */
const sharedHeap = () => (tf.backend() as { wasm?: { wasmMemory?: WebAssembly.Memory } }).wasm?.wasmMemory?.buffer;

const sharesMemory = () => sharedHeap() instanceof SharedArrayBuffer;

const heapSize = () => sharedHeap()?.byteLength;

async function jaxJs(): Promise<Page> {
  const device = backend as import("@jax-js/jax").Device;
  await jax.init(device);
  jax.defaultDevice(device);
  const { valueAndGrad } = onArrays(jax, onJax as unknown as NativeOnArrays);
  return {
    backend: jax.defaultDevice(),
    async evaluate(name, seed, onKinks, index) {
      const own = optionsOf(name)[index] ?? {};
      const result = await valueAndGrad(name, inputsOf(name, seed, onKinks), own, "float32");
      return { ...result, left: 0 };
    },
    async perceptual() {
      const apart = onJax.perceptual(mapped(jax), options);
      const compute = jax.valueAndGrad((x: JaxArray) => apart(x, arrayOf(jax, second)));
      const [value, gradient] = compute(arrayOf(jax, first)) as unknown as [JaxArray, JaxArray];
      return { value: (await value.data())[0] as number, grads: { x: [...(await gradient.data())] as number[] } };
    },
  };
}

(globalThis as { page?: Promise<Page> }).page = searchParams.get("engine") === "tfjs" ? tensorflow() : jaxJs();
