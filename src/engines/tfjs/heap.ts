/** The heap of TensorFlow.js's wasm backend, as memory for the kernels. */
import type { KernelBackend, TensorInfo } from "@tensorflow/tfjs-core";
import type { Heap } from "../../kernel/arena.ts";
import { instantiate } from "../../kernel/kernels.ts";
import { type Dtype, PlacedTensor, type Shape } from "../../tensor/tensor.ts";

/** What is used of the wasm backend. */
export interface WasmBackend extends KernelBackend {
  readonly wasm: EmscriptenModule;
  readonly dataIdMap: { get(dataId: object): { readonly memoryOffset: number } };
  makeOutput(shape: Shape, dtype: Dtype, memoryOffset?: null, values?: ArrayBufferView): TensorInfo;
}

interface EmscriptenModule {
  /** Of the threaded build. */
  readonly wasmMemory?: WebAssembly.Memory;
  readonly asm?: { readonly memory?: WebAssembly.Memory };
  _malloc(bytes: number): number;
  _free(address: number): void;
}

const heaps = new WeakMap<EmscriptenModule, Heap | null>();

/** The backend's heap, shared among threads in its threaded build; null where the backend is not the wasm one. */
export function heapOf(backend: KernelBackend): Heap | null {
  const module = (backend as Partial<WasmBackend>).wasm;
  if (!module) return null;
  const known = heaps.get(module);
  if (known !== undefined) return known;
  const memory = module.wasmMemory ?? module.asm?.memory;
  const heap = memory
    ? {
        memory,
        kernels: instantiate(() => memory),
        // Addresses above 2 GiB come as negative numbers.
        malloc: (bytes: number) => module._malloc(bytes) >>> 0,
        free: (address: number) => module._free(address),
      }
    : null;
  heaps.set(module, heap);
  return heap;
}

/** A tensor's numbers where they lie. */
export const placed = (backend: WasmBackend, { dataId, shape, dtype }: TensorInfo) =>
  new PlacedTensor(backend.dataIdMap.get(dataId).memoryOffset, shape, dtype as "float32" | "int32");
