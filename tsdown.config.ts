import { defineConfig } from "tsdown";
import { collectLicences } from "./scripts/collectLicences.ts";
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
  {
    // One file with the libraries it uses inside, so that the package depends on none. sharp has native parts and stays
    // outside; it is loaded where an image comes.
    entry: { cli: "src/cli/main.ts" },
    format: "esm",
    platform: "node",
    target: "node20",
    nodeProtocol: true,
    deps: { alwaysBundle: /^(?!sharp$)/, neverBundle: ["sharp"] },
    clean: false,
    dts: false,
    fixedExtension: false,
    plugins: [inlineWasm, collectLicences],
  },
]);
