/// <reference lib="esnext.disposable" preserve="true" />
/**
 * What `using` gives back at the end of its block. The line above, which names `Symbol.dispose` to users whose `lib` has none,
 * reaches the published types only from a file without imports.
 */
export interface Releasable {
  [Symbol.dispose](): void;
}
