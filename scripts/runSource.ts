import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "rolldown";
import { inlineWasm } from "./inlineWasm.ts";

const root = join(import.meta.dirname, "..");

/** Runs a file of bench/ on the package's source, not on what was built of it. */
export async function runSource(name: string): Promise<void> {
  const file = join(root, "build", `${name}.bench.mjs`);
  await build({
    input: join(root, "bench", `${name}.ts`),
    platform: "node",
    resolve: { alias: { lossary: join(root, "src", "index.ts") } },
    plugins: [inlineWasm],
    external: /^(?!lossary$)[^./]/,
    output: { file, format: "esm" },
    logLevel: "warn",
  });
  await import(pathToFileURL(file).href);
}
