/** What users get: the contents of the packed package, its types, and what a bundler makes of it. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";
import { build as esbuild } from "esbuild";
import { build, type Rollup } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Consumer, root, unpack } from "./unpack.ts";

let consumer: Consumer;
beforeAll(() => {
  consumer = unpack();
});
afterAll(() => consumer.dispose());

const inside = (path: string) => join(consumer.folder, path);

async function bundle(source: string): Promise<string> {
  writeFileSync(inside("entry.js"), source);
  const built = await build({
    root: consumer.folder,
    logLevel: "silent",
    build: { write: false, rollupOptions: { input: inside("entry.js") }, modulePreload: { polyfill: false } },
  });
  const { output } = built as Rollup.RollupOutput;
  expect(output).toHaveLength(1);
  return output[0].code;
}

it("holds dist, the licence and the texts, and nothing else", () => {
  const others = consumer.files.filter((path) => !/^dist\/(.*\.(js|d\.ts|txt|html)|handbook\/.*)$/.test(path));
  expect(others.sort()).toEqual(["CHANGELOG.md", "LICENSE", "README.md", "README.zh.md", "package.json"]);
});

it("needs no other package at run time, and names those that parts of it can use", () => {
  const { dependencies, peerDependencies, peerDependenciesMeta, optionalDependencies, scripts } = JSON.parse(
    readFileSync(inside("node_modules/lossary/package.json"), "utf8"),
  );
  expect({ dependencies, optionalDependencies }).toEqual({});
  const peers = Object.keys(peerDependencies);
  for (const peer of peers) expect(peerDependenciesMeta[peer], peer).toEqual({ optional: true });
  expect(scripts.postinstall ?? scripts.install).toBeUndefined();
  for (const path of consumer.files.filter((file) => /^(?!dist\/handbook\/).*\.js$/.test(file))) {
    const code = readFileSync(inside(`node_modules/lossary/${path}`), "utf8");
    const imports = [...code.matchAll(/^(?:import\s*|(?:import|export)\b[^"';]*?\bfrom\s*)["']([^"']+)["']/gm)].map(
      ([, name]) => name as string,
    );
    const [, engine] = /^dist\/engines\/(tfjs|jax)\//.exec(path) ?? [];
    const peer = { tfjs: "@tensorflow/tfjs-core", jax: "@jax-js/jax" }[engine as string];
    for (const name of imports.filter((one) => one !== peer))
      expect(name, path).toMatch(path.startsWith("dist/cli") ? /^(\.|node:)/ : /^\.\.?\//);
  }
});

it("is synchronous right after import, with the wasm inlined", () => {
  const script = 'import { huberLoss } from "lossary"; console.log(huberLoss([0.5, 3], [0, 0]));';
  const run = spawnSync("node", ["--input-type=module", "-e", script], { cwd: consumer.folder, encoding: "utf8" });
  expect(run.stderr).toBe("");
  expect(run.stdout).toBe("1.3125\n");
  expect(consumer.files.filter((path) => path.endsWith(".wasm"))).toEqual([]);
});

it("says what to install where networks are wanted", () => {
  const load =
    'import { loadNetwork } from "lossary/networks"; await loadNetwork(new Uint8Array(1), { preprocessing: {} });';
  const run = spawnSync("node", ["--input-type=module", "-e", load], { cwd: consumer.folder, encoding: "utf8" });
  expect(run.stderr).toContain(
    "loadNetwork: needs ONNX Runtime; npm install onnxruntime-node (several times as fast), or onnxruntime-web where that does not run",
  );
});

it("takes onnxruntime-node where it is installed", () => {
  const folder = inside("node_modules/onnxruntime-node");
  mkdirSync(folder);
  const create = 'async () => { throw new Error("native was asked"); }';
  writeFileSync(join(folder, "index.js"), `module.exports = { env: {}, InferenceSession: { create: ${create} } };`);
  const load =
    'import { loadNetwork } from "lossary/networks"; await loadNetwork(new Uint8Array(1), { preprocessing: {} });';
  const run = spawnSync("node", ["--input-type=module", "-e", load], { cwd: consumer.folder, encoding: "utf8" });
  expect(run.stderr).toContain("loadNetwork: model cannot be read (native was asked)");
});

it("resolves its types under Node's and the bundlers' rules", () => {
  writeFileSync(
    inside("consumer.ts"),
    `import { huberLoss, resident } from "lossary";
     import { type FeatureNetwork, loadNetwork } from "lossary/networks";
     const network: Promise<FeatureNetwork> = loadNetwork(new Uint8Array(1), { preprocessing: "vgg16" });
     // @ts-expect-error no such preset
     loadNetwork(new Uint8Array(1), { preprocessing: "vgg" });
     const mean: number = huberLoss([1], [2], { delta: 2 });
     const each = huberLoss([1], [2], { reduction: "none" });
     const gradient = huberLoss.valueAndGrad(resident([1]), [2]).grads.predictions.data;
     // @ts-expect-error misspelt
     huberLoss([1], [2], { delat: 2 });
     export { each, gradient, mean, network };`,
  );
  for (const rules of [
    ["nodenext", "nodenext"],
    ["esnext", "bundler"],
  ] as const)
    execFileSync(
      join(root, "node_modules/.bin/tsc"),
      [
        "--noEmit",
        "--strict",
        "--module",
        rules[0],
        "--moduleResolution",
        rules[1],
        "--target",
        "es2022",
        "--lib",
        "es2022,dom",
        "consumer.ts",
      ],
      { cwd: consumer.folder, stdio: "pipe" },
    );
});

describe("a loss of the user's own on the command line", () => {
  const squared = `{ name: "squared", arguments: { p: "N", t: "N" }, formula: (m, { p, t }) => m.square(m.sub(p, t)) }`;
  const evaluate = (cli: string, folder: string, file: string) => {
    const args = [cli, "eval", `./${file}`, "--p", "table.csv:p", "--t", "table.csv:t", "--json"];
    return spawnSync("node", args, { cwd: folder, encoding: "utf8" });
  };
  const write = (folder: string) => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "table.csv"), "p,t\n1,0\n3,0\n");
    writeFileSync(
      join(folder, "mine.mjs"),
      `import { defineFormula } from "lossary";\nexport const squared = defineFormula(${squared});`,
    );
    writeFileSync(
      join(folder, "mine.cjs"),
      `const { defineFormula } = require("lossary");\nmodule.exports = { squared: defineFormula(${squared}) };`,
    );
  };

  it.each(["mine.mjs", "mine.cjs"])("comes from another copy of the package than the one that runs: %s", (file) => {
    write(inside("."));
    const { stdout, stderr } = evaluate(join(root, "dist/cli.js"), consumer.folder, file);
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toMatchObject({ loss: "squared", value: 5 });
  });

  it("takes the package that runs where its folder has none", () => {
    const folder = join(consumer.folder, "../", `${basename(consumer.folder)}-alone`);
    write(folder);
    const { stdout, stderr } = evaluate(inside("node_modules/lossary/dist/cli.js"), folder, "mine.mjs");
    rmSync(folder, { recursive: true });
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toMatchObject({ value: 5 });
  });
});

describe("an engine's adapter", () => {
  const peers = ["@tensorflow", "@jax-js"];
  const linked = peers.map((name) => inside.bind(null, `node_modules/${name}`));
  beforeAll(() => {
    for (const [i, name] of peers.entries())
      symlinkSync(join(root, "node_modules", name), (linked[i] as () => string)());
  });
  afterAll(() => {
    for (const path of linked) unlinkSync(path());
  });

  it.each(["lossary/tfjs", "lossary/jax"])("is required as CommonJS: %s", (entry) => {
    const script = `globalThis.Float16Array ??= class {}; console.log(typeof require("${entry}").huberLoss);`;
    const { stdout } = spawnSync("node", ["--input-type=commonjs", "-e", script], {
      cwd: consumer.folder,
      encoding: "utf8",
    });
    expect(stdout).toBe("function\n");
  });

  it.each(["iife", "cjs"] as const)("is bundled as %s, with no more of TensorFlow.js than it uses", async (format) => {
    const code = 'import { huberLoss } from "lossary/tfjs"; globalThis.loss = huberLoss;';
    writeFileSync(inside("adapter.js"), code);
    const { outputFiles } = await esbuild({
      absWorkingDir: consumer.folder,
      entryPoints: ["adapter.js"],
      bundle: true,
      minify: true,
      format,
      target: "es2020",
      // The kernels' bytes are text beyond ASCII.
      charset: "utf8",
      write: false,
      preserveSymlinks: true,
      nodePaths: [join(root, "node_modules")],
      logLevel: "silent",
    });
    const text = outputFiles[0]?.text;
    expect(text).toContain("Lossary_");
    for (const absent of ["NonMaxSuppressionV5", "CropAndResize"]) expect(text).not.toContain(absent);
  });

  it("is bundled into a worker as Vite makes one by default", async () => {
    writeFileSync(inside("worker.js"), 'import { huberLoss } from "lossary/tfjs"; postMessage(huberLoss.name);');
    writeFileSync(inside("page.js"), 'new Worker(new URL("./worker.js", import.meta.url));');
    const built = await build({
      root: consumer.folder,
      logLevel: "silent",
      build: { write: false, minify: false, rollupOptions: { input: inside("page.js") } },
    });
    const worker = (built as Rollup.RollupOutput).output.find(({ fileName }) => fileName.includes("worker"));
    expect(String((worker as Rollup.OutputAsset).source)).toMatch(/^\(?function/);
  });
});

it("tree-shakes: one loss brings no other loss, no engine and no command line", async () => {
  const code = await bundle('import { huberLoss } from "lossary"; console.log(huberLoss([1], [2]));');
  expect(code).toContain("huberLoss");
  for (const absent of [
    "softCrossEntropy",
    "commander",
    "@tensorflow",
    "incRef",
    "node:",
    "no kernel computes",
    "central differences",
  ])
    expect(code).not.toContain(absent);
});

it("stays under 246 kB gzipped with all its kernels, the compiler of formulas and the check of losses", async () => {
  const code = await bundle('import * as lossary from "lossary"; console.log(lossary);');
  for (const present of ["no kernel computes", "central differences"]) expect(code).toContain(present);
  expect(gzipSync(code).length).toBeLessThan(246_000);
});
