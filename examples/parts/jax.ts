/** jax-js on its wasm device, in Node. */

// jax-js looks for the global type of half floats, which Node 20 does not have.
(globalThis as { Float16Array?: unknown }).Float16Array ??= class {};
const jax = await import("@jax-js/jax");
await jax.init("wasm");
jax.defaultDevice("wasm");

export { jax };
export type JaxArray = import("@jax-js/jax").Array;
