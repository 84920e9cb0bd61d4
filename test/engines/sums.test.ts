/** Long sums in float32: the mean of 2²⁴ copies of 0.1 is 0.1 to 1e-6 on both engines' definitions. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { engine } from "../../src/engines/tfjs/engine.ts";
import { mathsOf } from "../../src/formula/maths.ts";
import { jax, native as onJax } from "./jax.ts";
import { native as onTfjs, tf } from "./tfjs.ts";

const { numpy: np } = jax;
const LENGTHS = [2 ** 24, 1_000_003];

const close = (came: number | undefined) => expect(Math.abs((came as number) - 0.1)).toBeLessThan(1e-6);

describe("jax-js", () => {
  beforeAll(() => {
    jax.defaultDevice("wasm");
  });
  afterAll(() => {
    jax.defaultDevice("cpu");
  });
  it.each(LENGTHS)("the mean of %i copies of 0.1", (n) => {
    close(onJax.l1Loss?.(np.full([n], 0.1), np.zeros([n])).dataSync()[0]);
  });
  it("and under jit, with a gradient of 1 / n each", () => {
    const n = LENGTHS[1] as number;
    const run = jax.jit(
      jax.valueAndGrad((x: import("@jax-js/jax").Array) =>
        (onJax.l1Loss as never as (...args: unknown[]) => never)(x, np.zeros([n])),
      ) as never,
    ) as never as (x: unknown) => [{ dataSync(): Float32Array }, { dataSync(): Float32Array }];
    const [value, gradient] = run(np.full([n], 0.1));
    close(value.dataSync()[0]);
    expect(gradient.dataSync().every((slope) => Math.abs(slope * n - 1) < 1e-6)).toBe(true);
  });
});

describe.each(["wasm", "cpu"])("TensorFlow.js, portable, on %s", (backend) => {
  beforeAll(() => tf.setBackend(backend));
  it.each(backend === "wasm" ? [2 ** 22, ...LENGTHS.slice(1)] : LENGTHS.slice(1))(
    "the mean of %i copies of 0.1",
    (n) => {
      tf.tidy(() => {
        close(onTfjs.l1Loss?.(tf.fill([n], 0.1), tf.zeros([n]), { fused: false, validate: false }).dataSync()[0]);
      });
    },
  );

  it("along any axes, as the engine's own sum has it", () => {
    const maths = mathsOf(engine);
    tf.tidy(() => {
      // Small whole numbers: every sum is exact.
      const x = tf.floor(tf.randomUniform([3, 37, 4, 29], 0, 8, "float32", 1));
      for (const axes of [undefined, 1, 3, [0, 2], [1, 3], [1, 2, 3], [0, 1, 2, 3], [3, 1]])
        for (const keep of [false, true]) {
          const [came, wanted] = [maths.sum(x, axes, keep), tf.sum(x, axes, keep)];
          expect(came.shape).toEqual(wanted.shape);
          expect(came.dataSync()).toEqual(wanted.dataSync());
        }
    });
  });
});
