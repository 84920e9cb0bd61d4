/** The built package in a real browser: modules served as they are, called synchronously right after import. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as lossary from "../../src/index.ts";
import { root } from "../package/unpack.ts";
import { executablePath, type Visit, visit } from "./chromium.ts";

const page = `<!doctype html><meta charset="utf-8"><title>lossary</title><script type="module">
import * as lossary from "/index.js";
const logits = { data: Float32Array.from({ length: 300 }, (_, i) => Math.sin(i)), shape: [30, 10] };
const labels = Int32Array.from({ length: 30 }, (_, i) => i % 10);
const { value, grads } = lossary.crossEntropy.valueAndGrad(logits, labels);
const big = lossary.resident([1 << 20]);
big.data.fill(0.1);
window.result = { value, gradient: [...grads.logits.data], mean: lossary.l1Loss(big, new Float32Array(1 << 20)), names: Object.keys(lossary).sort() };
</script>`;

describe.skipIf(!executablePath)("in Chromium", () => {
  let visited: Visit;
  beforeAll(async () => {
    visited = await visit((path) =>
      path === "/" ? ["text/html", page] : ["text/javascript", readFileSync(join(root, "dist", path))],
    );
  });
  afterAll(() => visited?.close());

  it("gives the same bits as in Node, without an error on the console", async () => {
    const tab = await visited.browser.newPage();
    const errors: string[] = [];
    tab.on(
      "console",
      (message) => message.type() === "error" && !message.text().includes("favicon") && errors.push(message.text()),
    );
    tab.on("pageerror", (error) => errors.push(String(error)));
    await tab.goto(visited.url);
    await tab.waitForFunction("window.result", undefined, { timeout: 10_000 }).catch(() => expect(errors).toEqual([]));
    const result = await tab.evaluate<{ value: number; gradient: number[]; mean: number; names: string[] }>(
      "window.result",
    );
    const logits = { data: Float32Array.from({ length: 300 }, (_, i) => Math.sin(i)), shape: [30, 10] };
    const labels = Int32Array.from({ length: 30 }, (_, i) => i % 10);
    const { value, grads } = lossary.crossEntropy.valueAndGrad(logits, labels);
    expect(result.value).toBe(value);
    expect(result.gradient).toEqual([...grads.logits.data]);
    expect(result.mean).toBeCloseTo(Math.fround(0.1), 6);
    expect(result.names).toEqual(Object.keys(lossary).sort());
    expect(errors.filter((text) => !text.includes("404"))).toEqual([]);
  });
});

/** A page whose policy allows scripts of its own server, and what else is given. */
const script = `window.errors = [];
addEventListener("error", ({ message }) => window.errors.push(message));`;
const strict = `import * as lossary from "/index.js";
window.names = Object.keys(lossary).length;
const formula = (m, { p, t }) => m.square(m.sub(p, t));
const tried = (run) => {
  try {
    return run();
  } catch (error) {
    return error.message;
  }
};
window.own = tried(() => lossary.defineFormula({ name: "own", arguments: { p: "N", t: "N" }, formula })([1], [3]));
window.result = tried(() => lossary.l1Loss([1], [3]));`;

describe.skipIf(!executablePath)("under a Content-Security-Policy", () => {
  const answer = (path: string): [string, string | Uint8Array] =>
    path === "/"
      ? [
          "text/html",
          '<!doctype html><meta charset="utf-8"><script src="/first.js"></script><script type="module" src="/strict.js"></script>',
        ]
      : [
          "text/javascript",
          { "/first.js": script, "/strict.js": strict }[path] ?? readFileSync(join(root, "dist", path)),
        ];

  for (const [allowed, wanted] of [
    [
      "'self'",
      /^lossary: the Content-Security-Policy of this page forbids WebAssembly; add 'wasm-unsafe-eval' to its script-src/,
    ],
    ["'self' 'wasm-unsafe-eval'", /^[24]$/],
  ] as const)
    it(`script-src ${allowed}: the import works, and a call ${allowed === "'self'" ? "says the remedy" : "too"}`, async () => {
      const visited = await visit(answer, { headers: { "content-security-policy": `script-src ${allowed}` } });
      try {
        const tab = await visited.browser.newPage();
        await tab.goto(visited.url);
        await tab.waitForFunction("window.result !== undefined", undefined, { timeout: 10_000 });
        const found = await tab.evaluate<{ result: unknown; own: unknown; names: number; errors: string[] }>(
          "({ result, own, names, errors })",
        );
        for (const value of [found.result, found.own]) expect(String(value)).toMatch(wanted);
        expect(found.names).toBe(Object.keys(lossary).length);
        expect(found.errors).toEqual([]);
      } finally {
        await visited.close();
      }
    });
});
