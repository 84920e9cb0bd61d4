/**
 * The WebAssembly memory kernels run on: the package's own, or for the length of a call that of another module.
 *
 * Invariants: resident blocks lie below `floor` and never move; a call's scratch lies above it, is taken in order, and
 * is forgotten when the outermost `withScratch` returns or throws. Every block starts at a multiple of 64 bytes. Address
 * 0 belongs to nobody: to a kernel it means "no such array".
 */
import { LossaryRangeError } from "../lossaryError.ts";
import type { Steps } from "../steps.ts";
import { FreeList } from "./freeList.ts";
import { createMemory, instantiate, type KernelSet, type Pointer } from "./kernels.ts";

const ALIGNMENT = 64;
const PAGE = 65536;
const MAX_PAGES = 65536;

/** Another module's memory, with the kernels bound to it, and its own allocator for scratch. */
export interface Heap {
  readonly memory: WebAssembly.Memory;
  readonly kernels: KernelSet;
  /** Address of a new block; 0 when there is no room. */
  malloc(bytes: number): number;
  free(address: number): void;
}

/** Before its first use the memory is a stand-in: an import reserves nothing, and works where WebAssembly is forbidden. */
let own = { buffer: new ArrayBuffer(0) } as WebAssembly.Memory;
const ownKernels = instantiate(ownMemory);

/** The memory at the moment; importers see it change. */
export let memory = own;
export let kernels = ownKernels;
/** The heap that lends its memory, if one does, and the blocks it gave to the calls under way. */
let lender: Heap | null = null;
const lent: number[] = [];

function ownMemory(): WebAssembly.Memory {
  if (own.buffer.byteLength === 0) {
    own = createMemory(MAX_PAGES);
    if (!lender) memory = own;
  }
  return own;
}

/** Runs `use`, a call or several, on another module's heap. */
export function onHeap<R>(heap: Heap, use: () => R): R {
  if (scratchDepth > 0) throw new Error("internal: memory changed during a call");
  const before = lender;
  ({ memory, kernels } = heap);
  lender = heap;
  try {
    return use();
  } finally {
    lender = before;
    ({ memory, kernels } = before ?? { memory: own, kernels: ownKernels });
  }
}

/** Free resident blocks below `floor`, none of which touches it. */
const free = new FreeList();
let floor = ALIGNMENT;
let scratchTop = 0;
let scratchDepth = 0;

const align = (bytes: number) => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;

/** Makes or grows the memory, if need be, so that it reaches up to `end`. */
function reach(end: number, where: string): void {
  ownMemory();
  const missing = Math.ceil((end - memory.buffer.byteLength) / PAGE);
  if (missing <= 0) return;
  const most = MAX_PAGES - memory.buffer.byteLength / PAGE;
  const refuse = () => {
    throw new LossaryRangeError(
      where,
      `needs ${(end / 2 ** 30).toFixed(2)} GiB of kernel memory at once; WebAssembly has at most 4 GiB (split the batch, or dispose resident tensors)`,
    );
  };
  if (missing > most) refuse();
  try {
    // A quarter more than asked, so that slowly growing batches do not grow the memory at every call.
    memory.grow(Math.min(most, Math.max(missing, memory.buffer.byteLength / PAGE / 4) | 0));
  } catch {
    try {
      memory.grow(missing);
    } catch {
      refuse();
    }
  }
}

/** Takes a resident block: the first free one that is large enough, else at `floor`. */
export function allocate(bytes: number, where = "lossary"): Pointer {
  if (scratchDepth > 0 || lender) throw new Error("internal: resident block taken during a call");
  const size = align(Math.max(bytes, 1));
  const start = free.take(size);
  if (start !== undefined) return start as Pointer;
  reach(floor + size, where);
  floor += size;
  return (floor - size) as Pointer;
}

/** Gives a resident block back. */
export function release(start: number, bytes: number): void {
  free.give(start, start + align(Math.max(bytes, 1)));
  if (scratchDepth === 0) floor = free.trim(floor);
}

/** Runs `use` with scratch memory that is forgotten afterwards, also when it throws. */
export function withScratch<R>(use: () => R): R {
  const borrowed = lent.length;
  const before = enterScratch();
  try {
    return use();
  } finally {
    leaveScratch(before, borrowed);
  }
}

/**
 * As `withScratch`, for work in steps: the scratch is kept between them. Calls made meanwhile take theirs above it, and must
 * be done before the next step.
 */
export function* withScratchSteps<R, At>(use: () => Steps<R, At>): Steps<R, At> {
  const borrowed = lent.length;
  const before = enterScratch();
  try {
    return yield* use();
  } finally {
    leaveScratch(before, borrowed);
  }
}

function enterScratch(): number {
  scratchTop = scratchDepth === 0 ? floor : scratchTop;
  scratchDepth++;
  return scratchTop;
}

function leaveScratch(before: number, borrowed: number): void {
  scratchDepth--;
  scratchTop = before;
  for (const block of lent.splice(borrowed)) lender?.free(block);
}

const bytesOf = { float64: 8, float32: 4, int32: 4, bytes: 1 } as const;

/** Takes scratch memory for `count` numbers of a type; only inside `withScratch`. Its content is undefined. */
export function take(type: keyof typeof bytesOf, count: number): Pointer {
  if (scratchDepth === 0) throw new Error("internal: scratch taken outside a call");
  const bytes = bytesOf[type] * count;
  if (lender) {
    const block = lender.malloc(bytes + ALIGNMENT);
    if (block === 0) throw new LossaryRangeError("lossary", `the heap it runs on has no ${bytes} bytes left`);
    lent.push(block);
    return align(block) as Pointer;
  }
  const start = scratchTop;
  reach(start + align(bytes), "lossary");
  scratchTop = start + align(bytes);
  return start as Pointer;
}

/** What the memory holds at the moment, in bytes; for tests and diagnostics. */
export function memoryUse(): { total: number; resident: number } {
  return {
    total: memory.buffer.byteLength,
    resident: floor - ALIGNMENT - free.bytes,
  };
}
