/** TensorFlow.js on WebGL in a real browser: the portable definitions give what the kernels give. */
import { type Browser, chromium } from "playwright-core";
import { build, type Rollup } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inlineWasm } from "../../scripts/inlineWasm.ts";
import { executablePath } from "../browser/chromium.ts";
import { differentiableOf } from "../harness/calls.ts";
import { expectClose } from "../harness/expectClose.ts";
import { root } from "../package/unpack.ts";
import { caseOf, inputsOf, isSample, losses, type Result } from "./cases.ts";

const entry = "virtual:engines-page";
const page = `
import * as tf from "@tensorflow/tfjs";
import * as lossary from "${root}/src/engines/tfjs/index.ts";
await tf.setBackend("webgl");
window.backend = tf.getBackend();
window.evaluate = async (name, args, places, options) => {
  const before = tf.memory().numTensors;
  const tensors = args.map(({ data, shape, dtype }) => tf.tensor(data, shape, dtype));
  const compute = tf.valueAndGrads((...xs) => {
    const all = [...tensors];
    places.forEach((place, k) => { all[place] = xs[k]; });
    return lossary[name](...all, options);
  });
  const { value, grads } = compute(places.map((place) => tensors[place]));
  const result = { value: value.dataSync()[0], grads: grads.map((grad) => [...grad.dataSync()]) };
  tf.dispose([value, grads, tensors]);
  return { ...result, left: tf.memory().numTensors - before };
};
window.ready = true;
`;

async function bundle(): Promise<string> {
  const built = await build({
    root,
    configFile: false,
    logLevel: "silent",
    plugins: [
      inlineWasm,
      {
        name: "page",
        resolveId: (id) => (id === entry ? id : undefined),
        load: (id) => (id === entry ? page : undefined),
      },
    ],
    build: {
      write: false,
      minify: false,
      target: "es2022",
      modulePreload: { polyfill: false },
      rollupOptions: { input: entry, output: { inlineDynamicImports: true } },
    },
  });
  return (built as Rollup.RollupOutput).output[0].code;
}

/** One of each kind of maths: rows, elements, pairs of a batch, sums over positions, products. */
const tried = [
  "crossEntropy",
  "focalLoss",
  "huberLoss",
  "klDivergence",
  "batchHardTripletLoss",
  "tverskyLoss",
  "arcFaceLoss",
];

describe.skipIf(!executablePath)("on webgl in Chromium", () => {
  let browser: Browser;
  let tab: Awaited<ReturnType<Browser["newPage"]>>;
  beforeAll(async () => {
    const args = [
      "--no-sandbox",
      "--use-angle=swiftshader",
      "--enable-unsafe-swiftshader",
      "--disable-background-networking",
    ];
    browser = await chromium.launch({ executablePath: executablePath as string, args });
    tab = await browser.newPage();
    await tab.addScriptTag({ content: await bundle(), type: "module" });
    await tab.waitForFunction("window.ready", undefined, { timeout: 120_000 });
  }, 600_000);
  afterAll(() => browser?.close());

  it("runs on webgl", async () => {
    expect(await tab.evaluate("window.backend")).toBe("webgl");
  });

  it.each(tried)("%s", async (name) => {
    const loss = losses[name] as (typeof losses)[string];
    const [options] = caseOf(name).options;
    const inputs = inputsOf(name, 1, false).filter(isSample);
    const args = inputs.map(({ data, shape }, i) => ({
      data,
      shape: [...shape],
      dtype: loss.spec.arguments[i].kind === "index" ? "int32" : "float32",
    }));
    const names = differentiableOf(loss);
    const places = names.map((argument) =>
      loss.spec.arguments.findIndex((spec: { name: string }) => spec.name === argument),
    );
    const call = `window.evaluate(${[name, args, places, options].map((part) => JSON.stringify(part)).join(", ")})`;
    const came = (await tab.evaluate(call)) as Pick<Result, "value"> & { grads: number[][]; left: number };
    const wanted = loss.valueAndGrad(
      ...args.map(({ data, shape, dtype }) => ({
        data: dtype === "int32" ? Int32Array.from(data) : Float32Array.from(data),
        shape,
      })),
      options,
    );
    expectClose([came.value], [wanted.value], 1e-4, 0, name, 1);
    for (const [k, argument] of names.entries())
      expectClose(came.grads[k] ?? [], wanted.grads[argument].data, 1e-3, 1e-2, `${name} ${argument}`, 0.1);
    expect(came.left).toBe(0);
  });
});
