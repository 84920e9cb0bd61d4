import { join } from "node:path";
import { build, type Rollup } from "vite";
import { inlineWasm } from "../../../scripts/inlineWasm.ts";
import { root } from "../../package/unpack.ts";

/** The page's script with both engines in it, as one module. */
export async function bundlePage(): Promise<string> {
  const built = await build({
    root,
    configFile: false,
    logLevel: "silent",
    plugins: [inlineWasm],
    build: {
      write: false,
      minify: false,
      target: "es2022",
      modulePreload: { polyfill: false },
      rollupOptions: {
        input: join(import.meta.dirname, "page.ts"),
        output: { inlineDynamicImports: true },
      },
    },
  });
  return (built as Rollup.RollupOutput).output[0].code;
}
