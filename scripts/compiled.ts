import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "rolldown";
import { inlineWasm } from "./inlineWasm.ts";

// bench/compiled.ts reads the package's source, not what was built of it.
const root = join(import.meta.dirname, "..");
const file = join(root, "build", "compiled.bench.mjs");
await build({
  input: join(root, "bench", "compiled.ts"),
  platform: "node",
  resolve: { alias: { lossary: join(root, "src", "index.ts") } },
  plugins: [inlineWasm],
  external: /^(?!lossary$)[^./]/,
  output: { file, format: "esm" },
  logLevel: "warn",
});
await import(pathToFileURL(file).href);
