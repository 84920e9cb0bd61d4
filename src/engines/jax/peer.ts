import { load } from "../peer.ts";

const jax = await load("lossary/jax", "@jax-js/jax", "@jax-js/jax", () => import("@jax-js/jax"));

export const { Array: ConcreteArray, lax, numpy } = jax;
export const grad: typeof import("@jax-js/jax").grad = jax.grad;
