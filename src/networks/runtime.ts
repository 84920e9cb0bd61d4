/** ONNX Runtime, found when a network is first loaded: an optional peer, never a dependency. */

import { LossaryTypeError } from "../lossaryError.ts";

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

const NATIVE = "onnxruntime-node";
const WEB = "onnxruntime-web";

/** Whether it is the package itself that is missing; one of its own files or dependencies is another matter. */
const isMissing = (name: string, error: unknown) =>
  error instanceof Error &&
  /cannot find|failed to resolve|could not resolve/i.test(error.message) &&
  /["']([^"']+)["']/.exec(error.message)?.[1] === name;

const firstLine = (error: unknown) => (error instanceof Error ? error.message : String(error)).trim().split("\n")[0];

let warned = false;

/** Under Node `onnxruntime-node` where it is installed and starts; everywhere else, `onnxruntime-web`. */
export async function findRuntime(): Promise<{ name: string; runtime: OnnxRuntime }> {
  let broken = "";
  if (typeof process !== "undefined" && process.versions?.node)
    try {
      // A name in a variable: bundlers for browsers must not look for it.
      const found = await import(/* @vite-ignore */ NATIVE);
      return { name: NATIVE, runtime: found.default ?? found };
    } catch (error) {
      if (!isMissing(NATIVE, error)) broken = `${NATIVE} is installed but does not start (${firstLine(error)})`;
    }
  const runtime = await importWeb(broken);
  if (broken && !warned) console.warn(`lossary: ${broken}; ${WEB}, which is slower, is used instead`);
  warned ||= broken !== "";
  return { name: WEB, runtime };
}

async function importWeb(broken: string): Promise<OnnxRuntime> {
  try {
    return (await import("onnxruntime-web")) as unknown as OnnxRuntime;
  } catch (cause) {
    const native = !broken && typeof process !== "undefined" && process.versions?.node;
    const needs = native
      ? `needs ONNX Runtime; npm install ${NATIVE} (several times as fast), or ${WEB} where that does not run`
      : `needs ONNX Runtime; npm install ${WEB}`;
    const web = isMissing(WEB, cause) ? needs : `${WEB} does not start (${firstLine(cause)})`;
    throw new LossaryTypeError("loadNetwork", `${broken && `${broken}; `}${web}`, { cause });
  }
}
