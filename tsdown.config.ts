import { defineConfig } from "tsdown";
import { inlineWasm } from "./scripts/inlineWasm.ts";

export default defineConfig([
  {
    entry: { index: "src/index.ts" },
    format: "esm",
    platform: "neutral",
    target: "es2022",
    dts: { tsconfig: "tsconfig.src.json", build: false },
    fixedExtension: false,
    plugins: [inlineWasm],
  },
]);
