import { LossaryTypeError } from "../lossaryError.ts";

/** What environments say that forbid WebAssembly, and what helps there. */
const remedies: readonly (readonly [says: RegExp, text: string])[] = [
  // Not 'unsafe-eval', which browsers name as the remedy, and which would allow far more.
  [
    /content security policy|content-security-policy|unsafe-eval|\bCSP\b/i,
    "the Content-Security-Policy of this page forbids WebAssembly; add 'wasm-unsafe-eval' to its script-src",
  ],
  [
    /main thread/i,
    "this browser compiles WebAssembly of this size in workers only; call Lossary in a Worker, or use Chrome 115 or later",
  ],
  [
    /embedder/i,
    "this runtime compiles no WebAssembly at run time, as Cloudflare Workers do not; run Lossary in Node, Deno, Bun or a browser",
  ],
  [
    /could not allocate|out of memory/i,
    "this process has no address space left for a WebAssembly memory; raise its limit (ulimit -v), or start fewer workers",
  ],
];

const missing = "this environment has no WebAssembly; run Lossary in Node, Deno, Bun or a current browser";

/** The error to throw in place of the environment's own, which is its cause. */
export function refusal(error: unknown): Error {
  const said = error instanceof Error ? error.message : String(error);
  const [, remedy] =
    typeof WebAssembly === "object" ? (remedies.find(([says]) => says.test(said)) ?? []) : [0, missing];
  if (!remedy) return error instanceof Error ? error : new Error(said);
  return new LossaryTypeError("lossary", `${remedy} (the definitions of lossary/tfjs and lossary/jax run without)`, {
    cause: error,
  });
}
