// Sorting permutation of floats, by radix: least significant digit first, 11 bits a pass over pairs (key, index).
//
// Keys are the floats' bits, changed so that they compare as unsigned numbers: all bits turned for negative numbers, the
// sign bit for others. −0 is sorted as 0. The sort is stable: equal numbers stay in index order. A digit that all keys
// share costs no pass. NaN goes to the ends.
// Requires  n > 0; memory aligned to 8.

/** Bytes of a pair. */
function pairSize<T extends number>(): usize {
  return sizeof<T>() * 2;
}

function keyOf<T extends number>(x: T): u64 {
  // Adding 0 makes −0 a 0.
  if (sizeof<T>() === 8) {
    const bits = reinterpret<u64>(<f64>x + 0);
    return bits >> 63 ? ~bits : bits | ((<u64>1) << 63);
  }
  const bits = reinterpret<u32>(<f32>x + 0);
  return <u64>(bits >> 31 ? ~bits : bits | 0x80000000);
}

function numberOf<T extends number>(key: u64): T {
  if (sizeof<T>() === 8) return <T>reinterpret<f64>(key >> 63 ? key ^ ((<u64>1) << 63) : ~key);
  const bits = <u32>key;
  return <T>reinterpret<f32>(bits >> 31 ? bits ^ 0x80000000 : ~bits);
}

function loadKey<T extends number>(pair: usize): u64 {
  return sizeof<T>() === 8 ? load<u64>(pair) : <u64>load<u32>(pair);
}

/** How many digits of 11 bits a key has. */
function digitsOf<T extends number>(): i32 {
  return sizeof<T>() === 8 ? 6 : 3;
}

/** Two lists of pairs, between which the passes go to and fro, and for each digit how many keys have which. */
export function argsortWorkspace<T extends number>(n: i32): f64 {
  return 2 * <f64>n * <f64>pairSize<T>() + <f64>(digitsOf<T>() << 13);
}

/** Writes the sorted numbers to `sorted` and where each came from to `order` (i32). */
export function argsort<T extends number>(x: usize, n: i32, sorted: usize, order: usize, workspace: usize): void {
  const size = pairSize<T>();
  const digits = digitsOf<T>();
  let from = workspace;
  let to = from + <usize>n * size;
  const counts = to + <usize>n * size;
  memory.fill(counts, 0, (<usize>digits) << 13);
  for (let i = 0; i < n; i++) {
    let key = keyOf<T>(load<T>(x + ((<usize>i) << alignof<T>())));
    const pair = from + <usize>i * size;
    if (sizeof<T>() === 8) store<u64>(pair, key);
    else store<u32>(pair, <u32>key);
    store<i32>(pair + sizeof<T>(), i);
    for (let d = 0; d < digits; d++, key >>= 11) {
      const cell = counts + ((<usize>d) << 13) + ((<usize>key & 2047) << 2);
      store<i32>(cell, load<i32>(cell) + 1);
    }
  }
  for (let d = 0; d < digits; d++) {
    const table = counts + ((<usize>d) << 13);
    const shift = <u64>(11 * d);
    if (load<i32>(table + ((<usize>(loadKey<T>(from) >> shift) & 2047) << 2)) === n) continue;
    let start = 0;
    for (let c = 0; c < 2048; c++) {
      const cell = table + ((<usize>c) << 2);
      const count = load<i32>(cell);
      store<i32>(cell, start);
      start += count;
    }
    const end = from + <usize>n * size;
    for (let pair = from; pair < end; pair += size) {
      const key = loadKey<T>(pair);
      const cell = table + ((<usize>(key >> shift) & 2047) << 2);
      const place = load<i32>(cell);
      store<i32>(cell, place + 1);
      const target = to + <usize>place * size;
      if (sizeof<T>() === 8) {
        store<u64>(target, key);
        store<u64>(target + 8, load<u64>(pair + 8));
      } else {
        store<u64>(target, load<u64>(pair));
      }
    }
    const swap = from;
    from = to;
    to = swap;
  }
  // The numbers are made from their keys again: fetching them by index would miss the cache at every step.
  for (let i = 0; i < n; i++) {
    const pair = from + <usize>i * size;
    store<i32>(order + ((<usize>i) << 2), load<i32>(pair + sizeof<T>()));
    store<T>(sorted + ((<usize>i) << alignof<T>()), numberOf<T>(loadKey<T>(pair)));
  }
}
