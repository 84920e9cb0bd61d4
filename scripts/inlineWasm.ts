import { readFileSync } from "node:fs";

/** A bundler plugin: a `.wasm` file becomes a module that exports its bytes as base64 text. */
export const inlineWasm = {
  name: "inline-wasm",
  load(id: string) {
    return id.endsWith(".wasm") ? `export default "${readFileSync(id).toString("base64")}"` : undefined;
  },
};
