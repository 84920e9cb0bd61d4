import { defineConfig } from "tsdown";
import { inlineWasm } from "./scripts/inlineWasm.ts";

export default defineConfig([
  {
    // One file a module, so that every bundler leaves out the losses nobody imports.
    entry: { index: "src/index.ts" },
    unbundle: true,
    format: "esm",
    platform: "neutral",
    target: "es2022",
    dts: { tsconfig: "tsconfig.src.json", build: false },
    fixedExtension: false,
    plugins: [inlineWasm],
  },
]);
