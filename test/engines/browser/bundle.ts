import { join } from "node:path";
import { build } from "esbuild";
import { inlineWasm } from "../../../scripts/inlineWasm.ts";

/** The page's script with both engines in it, as one module. */
export async function bundlePage(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, "page.ts")],
    bundle: true,
    format: "esm",
    target: "es2022",
    // The kernels' bytes are text beyond ASCII.
    charset: "utf8",
    write: false,
    logLevel: "silent",
    plugins: [
      {
        name: inlineWasm.name,
        setup: ({ onLoad }) => onLoad({ filter: /\.wasm$/ }, ({ path }) => ({ contents: inlineWasm.load(path) ?? "" })),
      },
    ],
  });
  return outputFiles[0]?.text as string;
}
