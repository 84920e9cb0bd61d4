import { defineConfig } from "tsdown";
import { collectLicences } from "./scripts/collectLicences.ts";
import { inlineWasm } from "./scripts/inlineWasm.ts";

/** Libraries the user installs where they are wanted. */
const peers = ["onnxruntime-node", "onnxruntime-web", "sharp"];
const bundled = new RegExp(`^(?!(?:${peers.join("|")})(?:/|$))`);

export default defineConfig([
  {
    // One file a module, so that every bundler leaves out the losses nobody imports.
    entry: {
      index: "src/index.ts",
      tfjs: "src/engines/tfjs/index.ts",
      jax: "src/engines/jax/index.ts",
      "networks/index": "src/networks/index.ts",
    },
    unbundle: true,
    deps: { neverBundle: peers },
    format: "esm",
    platform: "neutral",
    target: "es2022",
    dts: { tsconfig: "tsconfig.src.json", build: false },
    fixedExtension: false,
    plugins: [inlineWasm],
  },
  {
    // With the libraries it uses inside, so that the package depends on none but optional peers; what few commands need
    // lies in files of its own.
    entry: { cli: "src/cli/main.ts" },
    outputOptions: { chunkFileNames: "cli/[name].js" },
    format: "esm",
    platform: "node",
    target: "node20",
    nodeProtocol: true,
    deps: { alwaysBundle: bundled, neverBundle: peers },
    clean: false,
    dts: false,
    fixedExtension: false,
    plugins: [inlineWasm, collectLicences],
  },
]);
