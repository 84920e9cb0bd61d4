import { readFileSync } from "node:fs";

/**
 * A bundler plugin: a `.wasm` file becomes a module that exports its bytes as text, one character a byte, 64 added to
 * each modulo 256 so that the many zeros are no control characters. Compressed, that is two thirds of base64, which hides
 * repetitions from gzip. `src/kernel/kernels.ts` reads it.
 */
export const inlineWasm = {
  name: "inline-wasm",
  load(id: string) {
    if (!id.endsWith(".wasm")) return undefined;
    const text = readFileSync(id).map((byte) => byte + 64);
    return `export default ${JSON.stringify(Buffer.from(text).toString("latin1"))}`;
  },
};
