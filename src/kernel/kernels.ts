import { type Kernels, sharedAt } from "../../build/kernels.ts";
import wasm from "../../build/kernels.wasm";
import type { Dtype } from "../tensor/tensor.ts";

export type { Kernels };

/** Every kernel in both float types, running on one memory. */
export type KernelSet = Readonly<Record<Dtype, Kernels>>;

const plain = new WebAssembly.Module(bytesOf(wasm));

/** The kernels for a memory that threads share: the same code, which says so of the memory it imports. */
function sharedModule(): WebAssembly.Module {
  const bytes = bytesOf(wasm);
  bytes[sharedAt] = 3;
  return new WebAssembly.Module(bytes);
}

/** The bytes that scripts/inlineWasm.ts made text of; the array takes them modulo 256. */
function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = text.charCodeAt(i) - 64;
  return bytes;
}

/** Binds the kernels to a memory: the package's own, or another module's heap. */
export function instantiate(memory: WebAssembly.Memory): KernelSet {
  const module = memory.buffer instanceof ArrayBuffer ? plain : sharedModule();
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const ofType = (suffix: string): Kernels => {
    const found = Object.entries(exports).filter(([name]) => name.endsWith(suffix));
    return Object.fromEntries(
      found.map(([name, kernel]) => [name.slice(0, -suffix.length), kernel]),
    ) as unknown as Kernels;
  };
  return { float32: ofType("_f32"), float64: ofType("_f64") };
}
