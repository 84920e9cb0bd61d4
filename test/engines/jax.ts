/** jax-js as the tests use it: in f64 on its cpu device without jit, which is exact. */
import { type NativeOnArrays, onArrays } from "./onArrays.ts";

// jax-js looks for the global type of half floats, which Node 20 does not have.
(globalThis as { Float16Array?: unknown }).Float16Array ??= class {};
const jax = await import("@jax-js/jax");
await jax.init("cpu", "wasm");
jax.defaultDevice("cpu");

const native = (await import("../../src/engines/jax/index.ts")) as unknown as NativeOnArrays;

export { jax, native };
export const { toArrays, placesOf, differentiated, read, valueAndGrad } = onArrays(jax, native);
