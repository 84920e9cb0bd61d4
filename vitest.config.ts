import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { inlineWasm } from "./scripts/inlineWasm.ts";

/** Tests of functions alone: they leave nothing behind in modules or in the process, so that files can share both … */
const pure = [
  "src/**/*.test.ts",
  "test/bench/**/*.test.ts",
  "test/golden/**/*.test.ts",
  "test/image/**/*.test.ts",
  "test/*.test.ts",
  "test/compare/{comparison,dataset,metrics,report,scikit,statistics,stress,training}.test.ts",
  "test/core/{badInput,imports,inputs,misuse,options,random,shapes,weights}.test.ts",
  "test/docs/{accuracy,names,types}.test.ts",
  "test/formula/{defineFormula,mixed,functions,random,randomArrays,tensors,witness}.test.ts",
  "test/embed/{metrics,objectives,picture}.test.ts",
  "test/td/{experiments,offline}.test.ts",
  "test/networks/preprocessing.test.ts",
  "test/scores/decode.test.ts",
  "test/cli/text.test.ts",
  "test/handbook/{claims,formula,pages,tables,widgets}.test.ts",
];
/** Those of engines, which set the backend they mean and share the rest. */
const engines = [
  "test/engines/{combine,compile,definitions,edges,jax,kinks,labels,misuse,perceptual,siamese,sums}.test.ts",
  "test/engines/{tfjs,transforms,weights,witness}.test.ts",
  "test/formula/engines.test.ts",
];
/** … but for what the memory of a fresh process holds. */
const fresh = ["src/losses/embedding/memory.test.ts", "test/kernels.test.ts"];

export default defineConfig({
  plugins: [inlineWasm],
  // The handbook imports the package by its name, as its readers do.
  resolve: {
    alias: [
      { find: /^lossary$/, replacement: join(import.meta.dirname, "src", "index.ts") },
      { find: /^lossary\/(tfjs|jax)$/, replacement: join(import.meta.dirname, "src", "engines", "$1", "index.ts") },
    ],
  },
  test: {
    // Of two cores vitest would use one.
    maxWorkers: "100%",
    testTimeout: 60_000,
    hookTimeout: 120_000,
    projects: [
      // Loading and compiling everything anew for each file takes two thirds longer.
      { extends: true, test: { name: "pure", include: pure, exclude: fresh, isolate: false } },
      { extends: true, test: { name: "engines", include: engines, isolate: false } },
      { extends: true, test: { name: "apart", include: ["test/**/*.test.ts"], exclude: [...pure, ...engines] } },
      { extends: true, test: { name: "fresh", include: fresh } },
    ],
  },
});
