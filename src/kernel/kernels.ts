import { type Kernels, type Pointer, sharedAt } from "../../build/kernels.ts";
import wasm from "../../build/kernels.wasm";
import { refusal } from "./refusal.ts";

export { BoxLayout, BoxLoss, DistanceKind, HingeForm, Margin, TransportCost } from "../../build/kernels.ts";
export type { Kernels, Pointer };

/** The address that belongs to nobody: an array that is not there, a result that is not wanted. */
export const nowhere = 0 as Pointer;

/** The address so many bytes after another; after nowhere is nowhere. */
export const after = (pointer: Pointer, bytes: number): Pointer => (pointer && pointer + bytes) as Pointer;

/** The float types that kernels compute in. */
export type Dtype = "float32" | "float64";

/** Every kernel in both float types, running on one memory. */
export type KernelSet = Readonly<Record<Dtype, Kernels>>;

let plain: WebAssembly.Module | undefined;

const plainModule = () => (plain ??= new WebAssembly.Module(bytesOf(wasm)));

let refused = false;

/** Whether this environment compiles kernels; where it does not, that is not tried again. */
export function compiles(): boolean {
  if (refused) return false;
  try {
    plainModule();
  } catch {
    refused = true;
  }
  return !refused;
}

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

/** Runs what an environment may forbid; its refusal then says what to do. */
function allowed<R>(use: () => R): R {
  try {
    return use();
  } catch (error) {
    throw refusal(error);
  }
}

export const createMemory = (maximum: number): WebAssembly.Memory =>
  allowed(() => new WebAssembly.Memory({ initial: 1, maximum }));

/**
 * The kernels bound to a memory, the package's own or another module's heap. They are compiled when the first of them is
 * asked for: definitions on other engines' arrays then also work where WebAssembly is forbidden.
 */
export function instantiate(memoryOf: () => WebAssembly.Memory): KernelSet {
  let bound: KernelSet | undefined;
  const kernels = () => {
    if (bound) return bound;
    const memory = memoryOf();
    bound = allowed(() => bind(memory));
    return bound;
  };
  return {
    get float32() {
      return kernels().float32;
    },
    get float64() {
      return kernels().float64;
    },
  };
}

function bind(memory: WebAssembly.Memory): KernelSet {
  const module = memory.buffer instanceof ArrayBuffer ? plainModule() : sharedModule();
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const ofType = (suffix: string): Kernels => {
    const found = Object.entries(exports).filter(([name]) => name.endsWith(suffix));
    return Object.fromEntries(
      found.map(([name, kernel]) => [name.slice(0, -suffix.length), kernel]),
    ) as unknown as Kernels;
  };
  return { float32: ofType("_f32"), float64: ofType("_f64") };
}
