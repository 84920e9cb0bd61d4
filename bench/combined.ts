/**
 * Times a combination beside what it is made of: Dice on logits plus cross entropy, value and gradient.
 *
 *     tsx scripts/combined.ts             8x21x256x256, a second for each
 *     tsx scripts/combined.ts 64 0.3      pixels along a side, seconds
 *
 * All run in turn on the same resident arrays in f32, and the least time of each counts. The activation is timed where the
 * combination runs it, in kernel memory: called by itself it would copy its value out as well.
 */
import { stepsOf } from "../src/activations/activation.ts";
import { combine, crossEntropy, diceLoss, oneHot, resident, softmax } from "../src/index.ts";
import { kernels, withScratch } from "../src/kernel/arena.ts";
import { indices, normal, uniform } from "./row.ts";

const [side = 256, seconds = 1] = process.argv.slice(2).map(Number);
const shape = [8, 21, side, side];
const tensor = () => resident(shape);
const [logits, probabilities, targets, slopes, gradient] = [tensor(), tensor(), tensor(), tensor(), tensor()];
const draw = normal(1);
for (let i = 0; i < logits.data.length; i++) logits.data[i] = draw();
const labels = indices([8, side, side], 21, uniform(2));
targets.data.set(oneHot(labels, 21).data);

const steps = stepsOf(softmax) as NonNullable<ReturnType<typeof stepsOf>>;
const place = { kernel: kernels.float32, dtype: "float32", shape } as const;
const loss = combine({ crossEntropy, dice: { loss: diceLoss, activation: softmax, targets: () => [targets] } });

const calls: Readonly<Record<string, () => unknown>> = {
  "Dice on logits + cross entropy": () => loss.valueAndGrad(logits, labels, { out: { predictions: gradient } }),
  "  cross entropy": () => crossEntropy.valueAndGrad(logits, labels, { out: { logits: gradient } }),
  "  softmax": () => withScratch(() => steps.forward(logits.pointer, probabilities.pointer, place)),
  "  softmax, backwards": () =>
    withScratch(() =>
      steps.back({ x: logits.pointer, y: probabilities.pointer, g: slopes.pointer, dx: gradient.pointer }, place),
    ),
  "  Dice": () =>
    diceLoss.valueAndGrad(probabilities, targets, { wrt: ["probabilities"], out: { probabilities: slopes } }),
};

const best = Object.fromEntries(Object.keys(calls).map((name) => [name, Number.POSITIVE_INFINITY]));
const end = performance.now() + 1000 * seconds * Object.keys(calls).length;
for (let round = 0; round < 4 || performance.now() < end; round++)
  for (const [name, call] of Object.entries(calls)) {
    const start = performance.now();
    call();
    best[name] = Math.min(best[name] as number, performance.now() - start);
  }

const [whole, ...parts] = Object.values(best) as [number, ...number[]];
for (const [name, ms] of Object.entries(best)) console.log(`${name.padEnd(32)}${ms.toFixed(1).padStart(8)} ms`);
console.log(`${(whole / parts.reduce((sum, ms) => sum + ms)).toFixed(2)} times the sum of its parts`);
