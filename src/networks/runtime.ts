/** ONNX Runtime, found when a network is first loaded: an optional peer, never a dependency. */

interface OnnxTensor {
  readonly data: unknown;
  readonly dims: readonly number[];
  readonly type: string;
}

export interface OnnxSession {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  readonly inputMetadata?: readonly object[];
  run(feeds: Record<string, never>, fetches: readonly string[]): Promise<{ readonly [name: string]: OnnxTensor }>;
  release(): Promise<void>;
}

/** What is used of `onnxruntime-web` or `onnxruntime-node`: either module as it is imported. */
export interface OnnxRuntime {
  readonly InferenceSession: { create(model: Uint8Array, options?: object): Promise<unknown> };
  readonly Tensor: new (type: never, data: never, dims: readonly number[]) => unknown;
  readonly env: { logLevel?: string };
}

const isMissing = (error: unknown) =>
  error instanceof Error && /cannot find (package|module)|failed to resolve|ERR_MODULE_NOT_FOUND/i.test(String(error));

/** Under Node `onnxruntime-node` where it is installed; everywhere else, `onnxruntime-web`. */
export async function findRuntime(): Promise<{ name: string; runtime: OnnxRuntime }> {
  if (typeof process !== "undefined" && process.versions?.node) {
    // A name in a variable: bundlers for browsers must not look for it.
    const native = "onnxruntime-node";
    const found = await import(/* @vite-ignore */ native).catch(() => undefined);
    if (found) return { name: native, runtime: found.default ?? found };
  }
  try {
    return { name: "onnxruntime-web", runtime: (await import("onnxruntime-web")) as unknown as OnnxRuntime };
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new Error("loadNetwork: needs ONNX Runtime; npm install onnxruntime-web (or onnxruntime-node)", {
      cause: error,
    });
  }
}
