import { defineConfig } from "vitest/config";
import { inlineWasm } from "./scripts/inlineWasm.ts";

export default defineConfig({
  plugins: [inlineWasm],
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    typecheck: { enabled: true, include: ["test/**/*.test-d.ts"], tsconfig: "./tsconfig.src.json" },
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
