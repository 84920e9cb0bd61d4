/** Where WebAssembly is forbidden: imports and definitions work, and the first kernel says what to do. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

const refusals = {
  "'wasm-unsafe-eval'":
    "WebAssembly.Module(): Compiling or instantiating WebAssembly module violates the following Content Security policy directive because 'unsafe-eval' is not an allowed source of script in the following Content Security Policy directive: \"script-src 'self'\"",
  "in a Worker, or use Chrome 115":
    "WebAssembly.Compile is disallowed on the main thread, if the buffer size is larger than 4KB. Use WebAssembly.compile, or compile on a worker thread.",
  "Cloudflare Workers": "WebAssembly.Module(): Wasm code generation disallowed by embedder",
  "raise its limit": "WebAssembly.Memory(): could not allocate memory",
};

let said = "";
const compiled = vi.fn();

beforeEach(() => {
  vi.resetModules();
  vi.stubGlobal("WebAssembly", {
    ...WebAssembly,
    Memory: WebAssembly.Memory,
    Module: class {
      constructor() {
        compiled();
        throw new Error(said);
      }
    },
  });
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
  compiled.mockClear();
});

describe("the core", () => {
  it("is imported without compiling, and says the remedy at the first call, every time", async () => {
    const { l1Loss, LossaryError, resident } = await import("../../src/index.ts");
    expect(compiled).not.toHaveBeenCalled();
    for (const [remedy, text] of Object.entries(refusals)) {
      said = text;
      expect(() => l1Loss([1], [2])).toThrow(/^lossary: /);
      expect(() => l1Loss([1], [2])).toThrow(remedy);
      try {
        l1Loss([1], [2]);
      } catch (error) {
        expect((error as Error).cause).toEqual(new Error(text));
        expect(error).toBeInstanceOf(LossaryError);
      }
    }
    using kept = resident([2]);
    const out = new Float64Array(2).fill(7);
    expect(() => l1Loss.valueAndGrad([1, 2], [0, 0], { out: { predictions: out } })).toThrow(/^lossary: /);
    expect([...out, ...kept.data]).toEqual([7, 7, 0, 0]);
    expect(() => l1Loss([1], "x" as never)).toThrow('l1Loss: targets is "x"');
  });

  it("says so where there is no WebAssembly at all", async () => {
    vi.stubGlobal("WebAssembly", undefined);
    const { l1Loss } = await import("../../src/index.ts");
    expect(() => l1Loss([1], [2])).toThrow(/^lossary: this environment has no WebAssembly/);
  });
});

describe("definitions", () => {
  it("of TensorFlow.js run on its cpu backend", async () => {
    const tf = await import("@tensorflow/tfjs");
    await tf.setBackend("cpu");
    const { huberLoss } = await import("../../src/engines/tfjs/index.ts");
    const loss = huberLoss(tf.tensor1d([1, 4]), tf.tensor1d([0, 0]));
    expect(loss.dataSync()[0]).toBe(2);
  });

  it("of jax-js run", async () => {
    const { defaultDevice, init, numpy } = await import("@jax-js/jax");
    await init("cpu");
    // Its other device in Node is made of WebAssembly itself.
    defaultDevice("cpu");
    const { huberLoss } = await import("../../src/engines/jax/index.ts");
    expect(huberLoss(numpy.array([1, 4]), numpy.array([0, 0])).js()).toBe(2);
  });
});
