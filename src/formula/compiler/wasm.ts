/** WebAssembly's binary format, as far as kernels need it: named instructions, functions, a module. */

export const I32 = 0x7f;
export const F64 = 0x7c;
export const V128 = 0x7b;
const BLOCK = 0x40;

/** Bytes, in a buffer that grows. */
class Bytes {
  #data = new Uint8Array(256);
  #size = 0;

  get view(): Uint8Array<ArrayBuffer> {
    return this.#data.subarray(0, this.#size);
  }

  #reserve(more: number): void {
    if (this.#size + more <= this.#data.length) return;
    const larger = new Uint8Array(2 * (this.#size + more));
    larger.set(this.view);
    this.#data = larger;
  }

  byte(value: number): this {
    this.#reserve(1);
    this.#data[this.#size++] = value;
    return this;
  }

  all(values: ArrayLike<number>): this {
    this.#reserve(values.length);
    this.#data.set(values, this.#size);
    this.#size += values.length;
    return this;
  }

  unsigned(value: number): this {
    let rest = value;
    for (; rest > 127; rest >>>= 7) this.byte((rest & 127) | 128);
    return this.byte(rest);
  }

  signed(value: number): this {
    let rest = value;
    // The sign is the highest bit of the last seven.
    for (; rest > 63 || rest < -64; rest >>= 7) this.byte((rest & 127) | 128);
    return this.byte(rest & 127);
  }

  /** Bytes with their number in front. */
  sized({ view }: Bytes): this {
    return this.unsigned(view.length).all(view);
  }
}

const plain = {
  "i32.add": 0x6a,
  "i32.sub": 0x6b,
  "i32.mul": 0x6c,
  "i32.and": 0x71,
  "i32.or": 0x72,
  "i32.shl": 0x74,
  "i32.shr_u": 0x76,
  "i32.eq": 0x46,
  "i32.lt_s": 0x48,
  "i32.lt_u": 0x49,
  "i32.gt_s": 0x4a,
  "i32.le_s": 0x4c,
  "i32.ge_s": 0x4e,
  "i64.extend_i32_s": 0xac,
  "f64.add": 0xa0,
  "f64.max": 0xa5,
  "f64.promote_f32": 0xbb,
  "f32.demote_f64": 0xb6,
  "f64.convert_i32_s": 0xb7,
  select: 0x1b,
  return: 0x0f,
} as const;

/** Scalar loads and stores, with their alignment. */
const scalar = {
  "i32.load": [0x28, 2],
  "f32.load": [0x2a, 2],
  "f64.load": [0x2b, 3],
  "f32.store": [0x38, 2],
  "f64.store": [0x39, 3],
} as const;

const simd = {
  "v128.load": 0x00,
  "v128.store": 0x0b,
  "v128.load32_zero": 0x5c,
  "v128.load64_zero": 0x5d,
  "v128.load32_lane": 0x56,
  "v128.store32_lane": 0x5a,
  "v128.store64_lane": 0x5b,
  "i32x4.splat": 0x11,
  "i64x2.splat": 0x12,
  "f32x4.splat": 0x13,
  "f64x2.splat": 0x14,
  "i32x4.extract_lane": 0x1b,
  "f32x4.extract_lane": 0x1f,
  "f64x2.extract_lane": 0x21,
  "f64x2.promote_low": 0x5f,
  "f64x2.convert_low": 0xfe,
  "f32x4.demote": 0x5e,
  "v128.any_true": 0x53,
  "i32x4.lt_s": 0x39,
  "i64x2.lt_s": 0xd8,
} as const;

const both = { not: 0x4d, and: 0x4e, andnot: 0x4f, or: 0x50, xor: 0x51, bitselect: 0x52 } as const;

/** Vector instructions by the type of their lanes. */
const lanes: Readonly<Record<"f32" | "f64", Readonly<Record<string, number>>>> = {
  f32: {
    ...both,
    ...{ eq: 0x41, ne: 0x42, lt: 0x43, le: 0x45, nearest: 0x6a, convert: 0xfa },
    ...{ shl: 0xab, shr: 0xac, iadd: 0xae, isub: 0xb1 },
    ...{ abs: 0xe0, neg: 0xe1, sqrt: 0xe3, add: 0xe4, sub: 0xe5, mul: 0xe6, div: 0xe7, pmin: 0xea, pmax: 0xeb },
  },
  f64: {
    ...both,
    ...{ eq: 0x47, ne: 0x48, lt: 0x49, le: 0x4b, nearest: 0x94 },
    ...{ shl: 0xcb, shr: 0xcc, iadd: 0xce, isub: 0xd1 },
    ...{ abs: 0xec, neg: 0xed, sqrt: 0xef, add: 0xf0, sub: 0xf1, mul: 0xf2, div: 0xf3, pmin: 0xf6, pmax: 0xf7 },
  },
};

/** The code of one function, whose parameters and locals have names. */
export class Code {
  readonly #parameters: readonly number[];
  readonly #locals = new Map<string, number>();
  readonly #types: number[] = [];
  readonly #bytes = new Bytes();

  constructor(parameters: Readonly<Record<string, number>>) {
    this.#parameters = Object.values(parameters);
    for (const name in parameters) this.#locals.set(name, this.#locals.size);
  }

  /** Locals and instructions, as a module has them. */
  get body(): Bytes {
    const body = new Bytes().unsigned(this.#types.length);
    for (const type of this.#types) body.byte(1).byte(type);
    return body.all(this.#bytes.view).byte(0x0b);
  }

  get parameters(): readonly number[] {
    return this.#parameters;
  }

  /** The local of a name, made at its first use. */
  local(name: string, type: number): string {
    if (!this.#locals.has(name)) {
      this.#locals.set(name, this.#parameters.length + this.#types.length);
      this.#types.push(type);
    }
    return name;
  }

  #variable(code: number, name: string): this {
    const place = this.#locals.get(name);
    if (place === undefined) throw new Error(`internal: no local ${name}`);
    this.#bytes.byte(code).unsigned(place);
    return this;
  }

  #raw(...bytes: number[]): this {
    for (const byte of bytes) this.#bytes.byte(byte);
    return this;
  }

  get(...names: string[]): this {
    for (const name of names) this.#variable(0x20, name);
    return this;
  }

  set(name: string): this {
    return this.#variable(0x21, name);
  }

  tee(name: string): this {
    return this.#variable(0x22, name);
  }

  i32(value: number): this {
    this.#bytes.byte(0x41).signed(value);
    return this;
  }

  f64(value: number): this {
    this.#bytes.byte(0x44).all(new Uint8Array(Float64Array.of(value).buffer));
    return this;
  }

  op = (name: keyof typeof plain): this => this.#raw(plain[name]);
  call = (place: number): this => this.#raw(0x10, place);
  truncate = (): this => this.#raw(0xfc, 2);

  /** A load or store of one number. */
  scalar(name: keyof typeof scalar): this {
    const [code, align] = scalar[name];
    return this.#raw(code, align, 0);
  }

  #simd(code: number): this {
    this.#bytes.byte(0xfd).unsigned(code);
    return this;
  }

  #at(code: number, offset: number): this {
    this.#simd(code);
    this.#bytes.byte(0).unsigned(offset);
    return this;
  }

  load = (offset = 0): this => this.#at(simd["v128.load"], offset);
  store = (offset = 0): this => this.#at(simd["v128.store"], offset);
  loadZero = (bits: 32 | 64): this => this.#simd(simd[`v128.load${bits}_zero`]).#raw(0, 0);
  loadLane = (offset: number, lane: number): this => this.#simd(simd["v128.load32_lane"]).#raw(0, offset, lane);
  storeLane = (bits: 32 | 64, offset: number, lane: number): this =>
    this.#simd(simd[`v128.store${bits}_lane`]).#raw(0, offset, lane);
  lane = (shape: "i32x4" | "f32x4" | "f64x2", lane: number): this =>
    this.#simd(simd[`${shape}.extract_lane`]).#raw(lane);
  vector = (name: keyof typeof simd): this => this.#simd(simd[name]);
  constant(bytes: ArrayBuffer): this {
    this.#simd(0x0c);
    this.#bytes.all(new Uint8Array(bytes));
    return this;
  }

  zero = (): this => this.constant(new ArrayBuffer(16));
  /** The upper half in the place of the lower. */
  upper = (): this => this.#simd(0x0d).#raw(8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15);

  /** Lanes of so many bytes each, picked from two vectors, whose lanes are numbered on. */
  shuffle(width: 4 | 8, ...picked: number[]): this {
    const bytes = picked.flatMap((lane) => Array.from({ length: width }, (_, i) => lane * width + i));
    return this.#simd(0x0d).#raw(...bytes);
  }

  /** The f64 on the stack in a lane of the vector below it. */
  intoLane = (lane: number): this => this.#simd(0x22).#raw(lane);

  /** An instruction on the lanes of a vector. */
  lanes(name: string, type: "f32" | "f64"): this {
    const code = lanes[type][name];
    if (code === undefined) throw new Error(`internal: no instruction ${type}.${name}`);
    return this.#simd(code);
  }

  /** Runs code over and over until it leaves by `leave`. */
  loop(use: () => void): this {
    this.#raw(0x02, BLOCK, 0x03, BLOCK);
    use();
    return this.#raw(0x0c, 0, 0x0b, 0x0b);
  }

  /** Leaves the loop where the number on the stack is not 0. */
  leave = (): this => this.#raw(0x0d, 1);

  /** Runs code, and again as long as the number it leaves on the stack is not 0. */
  repeat(use: () => void): this {
    this.#raw(0x03, BLOCK);
    use();
    return this.#raw(0x0d, 0, 0x0b);
  }

  /** Runs code where the number on the stack is not 0; both branches leave a value of the type, if there is one. */
  when(use: () => void, otherwise?: () => void, type: number = BLOCK): this {
    this.#raw(0x04, type);
    use();
    if (otherwise) {
      this.#raw(0x05);
      otherwise();
    }
    return this.#raw(0x0b);
  }
}

export interface WasmFunction {
  readonly code: Code;
  readonly result?: number;
  readonly exported?: string;
}

/** A module that imports a memory, shared by threads or not. */
export function moduleOf(functions: readonly WasmFunction[], shared: boolean): Uint8Array<ArrayBuffer> {
  const module = new Bytes().all([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
  const section = (id: number, count: number, fill: (body: Bytes) => void): void => {
    const body = new Bytes().unsigned(count);
    fill(body);
    module.byte(id).sized(body);
  };
  const text = (body: Bytes, name: string): Bytes => body.sized(new Bytes().all(new TextEncoder().encode(name)));
  section(1, functions.length, (body) => {
    for (const { code, result } of functions) {
      body.byte(0x60).unsigned(code.parameters.length).all(code.parameters);
      body.all(result === undefined ? [0] : [1, result]);
    }
  });
  section(2, 1, (body) =>
    text(text(body, "env"), "memory")
      .all([2, shared ? 3 : 1, 1])
      .unsigned(65536),
  );
  section(3, functions.length, (body) => {
    for (const place of functions.keys()) body.unsigned(place);
  });
  const exported = [...functions.keys()].filter((place) => functions[place]?.exported);
  section(7, exported.length, (body) => {
    for (const place of exported)
      text(body, functions[place]?.exported as string)
        .byte(0)
        .unsigned(place);
  });
  section(10, functions.length, (body) => {
    for (const { code } of functions) body.sized(code.body);
  });
  return module.view;
}
