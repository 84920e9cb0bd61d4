/**
 * Every loss of both engines in a real browser: TensorFlow.js on WebGL, on WebGPU, and on its wasm backend alone and with
 * threads; jax-js on its own devices. The graphics processor is SwiftShader, which computes on the CPU.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page as Tab } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { executablePath, type Visit, visit } from "../../browser/chromium.ts";
import type { AnyLoss } from "../../harness/calls.ts";
import { expectClose } from "../../harness/expectClose.ts";
import { root } from "../../package/unpack.ts";
import { type Accuracy, expectAgreement, expectSlopes } from "../agreement.ts";
import { inputsOf, losses, lossNames, optionsOf, type Result } from "../cases.ts";
import { fused } from "../fused.ts";
import { first, lossOf, second } from "../twoLayers.ts";
import { bundlePage } from "./bundle.ts";
import type { Answer, Page } from "./page.ts";

interface Backend extends Accuracy {
  readonly title: string;
  /** The page's address, and what it then runs on. */
  readonly address: string;
  readonly runsOn: string;
  /** Losses that are infinite are not compared. */
  readonly finite?: true;
  /** Kernels run in place. */
  readonly inPlace?: true;
}

const inPlace = { accuracy: 2e-7, least: 1e-7, inPlace: true } as const;
const single = { accuracy: 2e-4, least: 0.1 };
/** Neither WebGL nor WebGPU promises that log(0) is −∞, and SwiftShader's is not. */
const graphics = { ...single, finite: true } as const;

const backends: readonly Backend[] = [
  {
    title: "TensorFlow.js wasm, threads",
    address: "?engine=tfjs&backend=wasm",
    runsOn: "wasm, memory shared among threads",
    ...inPlace,
  },
  { title: "TensorFlow.js webgl", address: "?engine=tfjs&backend=webgl", runsOn: "webgl", ...graphics },
  { title: "TensorFlow.js webgpu", address: "?engine=tfjs&backend=webgpu", runsOn: "webgpu", ...graphics },
  { title: "jax-js wasm", address: "?engine=jax&backend=wasm", runsOn: "wasm", ...single },
  { title: "jax-js webgpu", address: "?engine=jax&backend=webgpu", runsOn: "webgpu", ...graphics },
];

const swiftShader = [
  "--enable-unsafe-swiftshader",
  "--use-angle=swiftshader",
  "--enable-unsafe-webgpu",
  "--use-webgpu-adapter=swiftshader",
  "--enable-features=Vulkan",
  "--use-vulkan=swiftshader",
  // A shader is compiled once, when it is first drawn with; by default ANGLE also compiles it in parts before and, for
  // next time, once more after. Nobody comes back for what Chromium would keep of them.
  "--disable-angle-features=supportsGraphicsPipelineLibrary,preferMonolithicPipelinesOverLibraries,warmUpPipelineCacheAtLink",
  "--disable-gpu-program-cache",
  "--disable-gpu-shader-disk-cache",
];

const html =
  '<!doctype html><meta charset="utf-8"><title>engines</title><script type="module" src="/page.js"></script>';
const wasm = join(root, "node_modules", "@tensorflow", "tfjs-backend-wasm", "dist");

/** Options at random points and on kinks: all of them in place, the first and the last where shaders are compiled for each. */
function triesOf(name: string, all = false) {
  const tries = [false, true].flatMap((onKinks) =>
    optionsOf(name).map((options, index) => ({ onKinks, index, options })),
  );
  return all ? tries : [tries[0], tries.at(-1)].filter((one) => one !== undefined);
}

describe.skipIf(!executablePath)("in Chromium", () => {
  let visited: Visit;
  beforeAll(async () => {
    const script = await bundlePage();
    visited = await visit(
      (path) => {
        if (path === "/") return ["text/html", html];
        if (path === "/page.js") return ["text/javascript", script];
        return ["application/wasm", readFileSync(join(wasm, path.replace(/^\/wasm\//, "")))];
      },
      {
        args: swiftShader,
        // Memory is shared among threads only on pages that let nothing foreign in.
        headers: { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" },
      },
    );
  }, 120_000);
  afterAll(() => visited?.close());

  describe.each(backends)("$title", ({ address, runsOn, finite, inPlace, ...accuracy }) => {
    let tab: Tab;
    const ask = <R>(call: string) => tab.evaluate<R>(`window.page.then((page) => page.${call})`);
    beforeAll(async () => {
      tab = await visited.browser.newPage();
      await tab.goto(visited.url + address);
      await tab.waitForFunction("window.page");
    });
    afterAll(() => tab?.close());

    it(`runs on ${runsOn}`, async () => {
      expect(await ask<Page["backend"]>("backend")).toBe(runsOn);
    });

    if (inPlace)
      it("survives the growth of the heap in the middle of its calls", async () => {
        for (const found of await ask<number[][]>("outgrow()")) expect(found).toEqual([0.5625 * 2 ** 21, -1.5, -1.5]);
      });

    it("perceptual, through a network", async () => {
      const { value, grads } = await ask<Result>("perceptual()");
      expectClose([value], [lossOf(first, second)], 1e-5);
      expectSlopes(grads.x ?? []);
    });

    it.each(lossNames)("%s", async (name) => {
      for (const { onKinks, index, options } of triesOf(name, inPlace)) {
        const wanted = fused(losses[name] as AnyLoss, inputsOf(name, 1, onKinks), options, "float32");
        if (finite && !Number.isFinite(wanted.value)) continue;
        const call = [name, 1, onKinks, index].map((part) => JSON.stringify(part)).join(", ");
        const { left, ...came } = await ask<Answer>(`evaluate(${call})`);
        expectAgreement(name, came, wanted, accuracy, JSON.stringify(options));
        expect(left, "tensors left behind").toBe(0);
      }
      if (inPlace) expect(await ask<string[]>(`kernelsOf("${name}")`)).toContain(`Lossary_${name}`);
    });
  });
});
