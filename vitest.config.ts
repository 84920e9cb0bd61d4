import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { inlineWasm } from "./scripts/inlineWasm.ts";

export default defineConfig({
  plugins: [inlineWasm],
  // The handbook imports the package by its name, as its readers do.
  resolve: { alias: [{ find: /^lossary$/, replacement: join(import.meta.dirname, "src", "index.ts") }] },
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    typecheck: { enabled: true, include: ["test/**/*.test-d.ts"], tsconfig: "./tsconfig.src.json" },
    // Of two cores vitest would use one.
    maxWorkers: "100%",
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
