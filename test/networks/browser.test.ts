/** `lossary/networks` as built, in a real browser beside onnxruntime-web: the features of Node. */
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join, normalize } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadNetwork } from "../../src/networks/index.ts";
import { findChromium } from "../browser/chromium.ts";
import { root } from "../package/unpack.ts";
import { meanColour } from "./model.ts";
import { noise } from "./noise.ts";

const executablePath = findChromium();
if (!executablePath)
  console.warn("browser tests skipped: no Chromium found (install one, or set CHROMIUM to its path)");

const page = `<!doctype html><meta charset="utf-8"><title>lossary/networks</title>
<script type="importmap">{ "imports": { "onnxruntime-web": "/ort/ort.wasm.bundle.min.mjs" } }</script>
<script type="module">
import { loadNetwork } from "/dist/networks/index.js";
const bytes = async (path) => new Uint8Array(await (await fetch(path)).arrayBuffer());
const network = await loadNetwork(await bytes("/model"), { preprocessing: "vgg16", output: "colour" });
const image = new ImageData(new Uint8ClampedArray(await bytes("/image")), 300, 260);
const { data, shape } = await network.features([image]);
window.result = { data: [...data], shape };
</script>`;
const image = noise(300 * 260 * 4, 3);

/** The pages of the server: path, type, content. */
function answer(path: string): [type: string, content: string | Uint8Array] {
  if (path === "/") return ["text/html", page];
  if (path === "/model") return ["application/octet-stream", meanColour()];
  if (path === "/image") return ["application/octet-stream", image];
  const file = path.replace(/^\/ort\//, "/node_modules/onnxruntime-web/dist/");
  return [path.endsWith(".wasm") ? "application/wasm" : "text/javascript", readFileSync(join(root, file))];
}

describe.skipIf(!executablePath)("in Chromium", () => {
  let server: Server;
  let browser: Browser;
  beforeAll(async () => {
    server = createServer(({ url = "/" }, response) => {
      try {
        const [type, content] = answer(normalize(new URL(url, "http://localhost").pathname));
        response.setHeader("content-type", type).end(content);
      } catch {
        response.writeHead(404).end();
      }
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"];
    browser = await chromium.launch({ executablePath: executablePath as string, args });
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  it("gives the features of Node within 1e-6", async () => {
    const tab = await browser.newPage();
    const errors: string[] = [];
    tab.on("pageerror", (error) => errors.push(String(error)));
    await tab.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await tab.waitForFunction("window.result", undefined, { timeout: 50_000 }).catch(() => expect(errors).toEqual([]));
    const { data, shape } = await tab.evaluate<{ data: number[]; shape: number[] }>("window.result");
    const network = await loadNetwork(meanColour(), { preprocessing: "vgg16", output: "colour" });
    const expected = await network.features([{ data: image, width: 300, height: 260 }]);
    expect(shape).toEqual([1, 3]);
    for (const [i, value] of expected.data.entries()) expect(Math.abs((data[i] as number) - value)).toBeLessThan(1e-6);
  });
});
