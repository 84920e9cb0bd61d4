/**
 * A schedule as one function where a row's elements lie apart, [N, C, ...]: a lane is a position, and passes go over the
 * channels, so that a row's numbers are per lane and no sum crosses lanes. A tile of positions of all channels is first copied
 * side by side: planes that lie a power of two apart would push one another out of the cache, and a tile's last vector is whole.
 */

import type { Program } from "./emit.ts";
import { ALONG, ROW, varies } from "./graph.ts";
import { COPY_PLANES, copyPlanes, LOAD_PART, parts, STORE_PART } from "./parts.ts";
import { isReduction, type Pass, type Store } from "./schedule.ts";
import { constant, loadNumber, uniform } from "./uniform.ts";
import type { Type, VectorNode } from "./vectors.ts";
import { Code, F64, I32, moduleOf, V128 } from "./wasm.ts";

/** Bytes of positions in a tile: at most, at least, and what a tile's arrays may take together above the least. */
const WIDEST = 256;
const NARROWEST = 64;
const FITTING = 1 << 15;

const ELEMENT = ROW | ALONG;

/** The arrays that a tile holds. */
const arraysOf = ({ inputs, stores, schedule: { kept } }: Program): string[] => [
  ...inputs.flatMap(({ space }, i) => (space === ELEMENT ? [`input${i}`] : [])),
  ...stores.flatMap(({ to, along }) => (along ? [to] : [])),
  ...Array.from(kept.values(), (place) => `kept${place}`),
];

/** Of so many channels: bytes of a tile's positions, and of scratch. */
export function tileSize(program: Program, cols: number): { readonly tile: number; readonly scratch: number } {
  const column = cols * arraysOf(program).length;
  let tile = WIDEST;
  while (tile > NARROWEST && tile * column > FITTING) tile /= 2;
  return { tile, scratch: tile * column };
}

/** (samples, count, inner, cols, tile, scratch, inputs…, stores…, scale, options…) → Σ, of `count` positions of each sample. */
export function emitPlanes(program: Program): Uint8Array<ArrayBuffer> {
  const run = { code: new PlanesEmitter(program).code, result: F64 };
  return moduleOf([...parts(program.type), copyPlanes(), { ...run, exported: "run" }], program.shared);
}

class PlanesEmitter {
  readonly code: Code;
  readonly #program: Program;
  readonly #type: Type;
  readonly #lanes: number;
  readonly #shift: number;
  /** f64 numbers of a vector's positions take a vector, or two. */
  readonly #halves: readonly number[];
  /** Scalars and positions' numbers that are computed already. */
  readonly #ready = new Set<VectorNode>();

  constructor(program: Program) {
    this.#program = program;
    this.#type = program.type;
    [this.#lanes, this.#shift, this.#halves] = program.type === "f32" ? [4, 2, [0, 1]] : [2, 3, [0]];
    const numbered = (name: string, count: number, type: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`${name}${i}`, type]));
    this.code = new Code({
      ...{ samples: I32, count: I32, inner: I32, cols: I32, tile: I32, scratch: I32 },
      ...numbered("input", program.inputs.length, I32),
      ...Object.fromEntries(program.stores.map(({ to }) => [to, I32])),
      ...{ scale: F64 },
      ...numbered("option", program.options, F64),
    });
    for (const name of ["size", "sample", "row", "begin", "held", "left", "at", "where", "channel", "place"])
      this.code.local(name, I32);
    this.code.local("all", V128);
    this.#function();
  }

  #function(): void {
    const { code } = this;
    const { schedule } = this.#program;
    code.get("cols", "tile").op("i32.mul").set("size");
    for (const [i, name] of arraysOf(this.#program).entries())
      code
        .get("scratch", "size")
        .i32(i)
        .op("i32.mul")
        .op("i32.add")
        .set(code.local(tileOf(name), I32));
    for (const node of schedule.order) if (node.space === 0 && schedule.levels.get(node) === 0) this.#once(node);
    code.loop(() => {
      code.get("samples").i32(0).op("i32.le_s").leave();
      code.i32(0).set("begin");
      code.loop(() => {
        code.get("begin", "count").op("i32.ge_s").leave();
        this.#tile();
        code.get("begin", "held").op("i32.add").set("begin");
      });
      code.get("sample", "cols", "inner").op("i32.mul").op("i32.add").set("sample");
      code.get("row", "inner").op("i32.add").set("row");
      code.get("samples").i32(1).op("i32.sub").set("samples");
    });
    code.get("all").lane("f64x2", 0).get("all").lane("f64x2", 1).op("f64.add");
  }

  /** Positions begin…begin + held − 1 of a sample. */
  #tile(): void {
    const { code } = this;
    const { inputs, stores } = this.#program;
    const most = () => code.get("tile").i32(this.#shift).op("i32.shr_u");
    most().get("count", "begin").op("i32.sub").tee("left");
    most().get("left").op("i32.lt_s").op("select").set("held");
    const planes = (name: string, shift: number) => {
      code.get(name, "sample", "begin").op("i32.add").i32(shift).op("i32.shl").op("i32.add");
      code.get("inner").i32(shift).op("i32.shl");
    };
    const copied = (shift: number) => code.get("cols", "held").i32(shift).op("i32.shl").call(COPY_PLANES);
    for (const [i, { space, index }] of inputs.entries()) {
      if (space !== ELEMENT) continue;
      const shift = index ? 2 : this.#shift;
      planes(`input${i}`, shift);
      code.get(tileOf(`input${i}`), "tile");
      copied(shift);
    }
    code.i32(0).set("at").get("held").set("left");
    code.loop(() => {
      code.get("left").i32(0).op("i32.le_s").leave();
      this.#positions();
      code.get("at").i32(16).op("i32.add").set("at").get("left").i32(this.#lanes).op("i32.sub").set("left");
    });
    for (const { to, along } of stores) {
      if (!along) continue;
      code.get(tileOf(to), "tile");
      planes(to, this.#shift);
      copied(this.#shift);
    }
  }

  /** What there is to compute of one vector of positions. */
  #positions(): void {
    const { code } = this;
    const { schedule, stores, sum } = this.#program;
    const scalars = [...this.#ready];
    for (const pass of schedule.passes) this.#passOver(pass);
    for (const node of schedule.order) this.#once(node);
    for (const half of this.#halves) {
      code.get("all");
      this.#put(sum, half);
      this.#heldLanes(half);
      code.lanes("and", "f64").lanes("add", "f64").set("all");
    }
    for (const store of stores) if (!store.along) this.#storeRow(store);
    for (const { to, entry } of stores) if (entry) this.#storeEntry(to, entry);
    this.#ready.clear();
    for (const node of scalars) this.#ready.add(node);
  }

  /** In how many vectors a node's numbers are: those of positions in f64 beside elements in f32 are in two. */
  #halvesOf = ({ type, space }: VectorNode): readonly number[] => (type === "f64" && space & ROW ? this.#halves : [0]);

  #put = (node: VectorNode, half = 0): Code => this.code.get(nameOf(node, this.#halvesOf(node)[half] ?? 0));

  #set = (node: VectorNode, half = 0): Code => this.code.set(this.code.local(nameOf(node, half), V128));

  #input = (place: number) => this.#program.inputs[place] as Program["inputs"][number];

  /** A number that does not vary along the channels. */
  #once(node: VectorNode): void {
    if (varies(node) || isReduction(node) || this.#ready.has(node)) return;
    this.#ready.add(node);
    const { code } = this;
    if (uniform(code, node)) {
      this.#set(node);
      return;
    }
    const [arg] = node.args as [VectorNode];
    switch (node.name) {
      case "input":
        this.#rowInput(node);
        return;
      case "cast":
        if (arg.space === 0) this.#put(arg).lane("f64x2", 0).op("f32.demote_f64").vector("f32x4.splat");
        else {
          for (const half of this.#halves) this.#put(arg, half).vector("f32x4.demote");
          code.shuffle(8, 0, 2);
        }
        break;
      case "castmask":
        for (const half of this.#halves) this.#put(arg, half);
        code.shuffle(4, 0, 2, 4, 6);
        break;
      default:
        for (const half of this.#halvesOf(node)) {
          if (node.name === "pick") this.#pick(node, half);
          else this.#instruction(node, half);
          this.#set(node, half);
        }
        return;
    }
    this.#set(node);
  }

  /** An input of a number per position. */
  #rowInput(node: VectorNode): void {
    const { code } = this;
    const { index } = this.#input(node.value);
    const whole = index ? 2 : this.#shift;
    code.get(`input${node.value}`);
    this.#rowOffset(whole).op("i32.add");
    // Two whole numbers, the second of which may lie past the end, where something lies that may be read.
    if (index && this.#type === "f64") code.loadZero(64);
    else code.get("left").call(LOAD_PART);
    for (const half of this.#halves) {
      if (half === 0) code.tee(code.local("loaded", V128));
      else code.get("loaded", "loaded").upper();
      if (index) code.vector("f64x2.convert_low");
      else if (this.#type === "f32") code.vector("f64x2.promote_low");
      this.#set(node, half);
    }
  }

  /** Bytes to the number of the vector's first position. */
  #rowOffset(shift: number): Code {
    const { code } = this;
    code.get("row", "begin").op("i32.add").get("at").i32(this.#shift).op("i32.shr_u").op("i32.add");
    return code.i32(shift).op("i32.shl");
  }

  /** What an input has at a place of each lane's row; 0 where the place is none. */
  #pick(node: VectorNode, half: number): void {
    const { code } = this;
    const { index, space } = this.#input(node.value);
    const shift = index ? 2 : this.#shift;
    for (const lane of [0, 1]) {
      const found = () => {
        if (space === ELEMENT) this.#entryOf(`input${node.value}`, 2 * half + lane, shift);
        else code.get(`input${node.value}`, "place").i32(shift).op("i32.shl").op("i32.add");
        loadNumber(code, this.#type, index);
      };
      this.#inRow(node.args[0] as VectorNode, half, lane);
      code.when(found, () => code.f64(0), F64);
      if (lane === 0) code.vector("f64x2.splat");
      else code.intoLane(1);
    }
  }

  /** Leaves on the stack whether a lane's number is a channel, and the channel in "place". */
  #inRow(node: VectorNode, half: number, lane: number): void {
    this.#put(node, half).lane("f64x2", lane).truncate().tee("place").get("cols").op("i32.lt_u");
  }

  /** The address in a tile of a lane's entry at "place". */
  #entryOf(name: string, lane: number, shift: number): void {
    const { code } = this;
    code.get(tileOf(name), "place", "tile").op("i32.mul").op("i32.add");
    this.#across(shift)
      .op("i32.add")
      .i32(lane << shift)
      .op("i32.add");
  }

  /** The vector's place across a tile whose numbers take 1 << shift bytes. */
  #across(shift: number): Code {
    const { code } = this;
    code.get("at");
    return shift === this.#shift ? code : code.i32(this.#shift - shift).op("i32.shr_u");
  }

  #instruction(node: VectorNode, half = 0): void {
    for (const arg of node.args) this.#put(arg, half);
    if (node.name === "shl" || node.name === "shr") this.code.i32(node.value);
    this.code.lanes(node.name, node.type);
  }

  #passOver(pass: Pass): void {
    const { code } = this;
    const { schedule } = this.#program;
    for (const node of schedule.order) if ((schedule.levels.get(node) as number) <= pass.at) this.#once(node);
    for (const node of pass.reductions)
      for (const half of node.name === "sum" ? this.#halvesOf(node) : [0]) {
        if (node.name === "sum") code.zero();
        else this.#lowest();
        code.set(code.local(partOf(node, half), V128));
      }
    if (pass.when === null) this.#channels(pass);
    else {
      for (const [i, mask] of pass.when.entries())
        for (const half of this.#halvesOf(mask)) {
          this.#put(mask, half);
          if (i + half > 0) code.lanes("or", "f64");
        }
      code.vector("v128.any_true").when(() => this.#channels(pass));
    }
    for (const node of pass.reductions) this.#finish(node);
  }

  #channels(pass: Pass): void {
    const { code } = this;
    code.i32(0).set("channel").i32(0).set("where");
    code.repeat(() => {
      for (const node of pass.nodes) this.#compute(node, pass);
      for (const { node, to } of pass.stores) {
        code.get(tileOf(to), "where").op("i32.add").get("at").op("i32.add");
        this.#put(node).store();
      }
      code.get("where", "tile").op("i32.add").set("where");
      code.get("channel").i32(1).op("i32.add").tee("channel").get("cols").op("i32.lt_s");
    });
  }

  #compute(node: VectorNode, pass: Pass): void {
    const { code } = this;
    const { kept, levels } = this.#program.schedule;
    const waits = kept.has(node);
    const tile = (name: string) => code.get(tileOf(name), "where").op("i32.add").get("at").op("i32.add");
    if (waits && (levels.get(node) as number) < pass.at) tile(`kept${kept.get(node)}`).load();
    else if (node.name === "input") this.#load(node);
    else if (node.name === "range") this.#channel();
    else this.#instruction(node);
    this.#set(node);
    if (waits && levels.get(node) === pass.at) {
      tile(`kept${kept.get(node)}`);
      this.#put(node).store();
    }
    for (const reduction of pass.reductions) if (reduction.args[0] === node) this.#reduce(reduction, node);
  }

  #reduce(reduction: VectorNode, node: VectorNode): void {
    const { code } = this;
    if (reduction.name === "max") {
      this.#put(node).get(partOf(reduction, 0)).lanes("pmax", this.#type).set(partOf(reduction, 0));
      return;
    }
    for (const half of this.#halvesOf(reduction)) {
      const part = partOf(reduction, half);
      code.get(part);
      this.#put(node);
      this.#widened(half).lanes("add", "f64").set(part);
    }
  }

  /** A half of the vector on the stack, as f64. */
  #widened(half: number): Code {
    const { code } = this;
    if (this.#type === "f64") return code;
    if (half > 0) code.set(code.local("whole", V128)).get("whole", "whole").upper();
    return code.vector("f64x2.promote_low");
  }

  #finish(node: VectorNode): void {
    const { code } = this;
    for (const half of this.#halvesOf(node)) {
      code.get(partOf(node, node.name === "sum" ? half : 0));
      if (node.name === "max") this.#widened(half);
      this.#set(node, half);
    }
  }

  /** An input of a number per element, or per channel. */
  #load(node: VectorNode): void {
    const { code } = this;
    const { index, space } = this.#input(node.value);
    const name = `input${node.value}`;
    if (space === ELEMENT) {
      code.get(tileOf(name), "where").op("i32.add");
      this.#across(index ? 2 : this.#shift).op("i32.add");
      if (!index) code.load();
      else if (this.#type === "f32") code.load().lanes("convert", "f32");
      else code.loadZero(64).vector("f64x2.convert_low");
      return;
    }
    code
      .get(name, "channel")
      .i32(index ? 2 : this.#shift)
      .op("i32.shl")
      .op("i32.add");
    if (index) this.#splat(() => code.scalar("i32.load"));
    else if (this.#type === "f32") code.scalar("f32.load").vector("f32x4.splat");
    else code.scalar("f64.load").vector("f64x2.splat");
  }

  #channel = (): void => this.#splat(() => this.code.get("channel"));

  /** A whole number in all lanes. */
  #splat(whole: () => Code): void {
    if (this.#type === "f32") whole().vector("i32x4.splat").lanes("convert", "f32");
    else whole().op("f64.convert_i32_s").vector("f64x2.splat");
  }

  #lowest(): void {
    constant(this.code, this.#type, Number.NEGATIVE_INFINITY);
  }

  /** All ones in the f64 lanes that hold a position. */
  #heldLanes(half: number): Code {
    const lanes = BigInt64Array.of(BigInt(2 * half), BigInt(2 * half + 1));
    return this.code
      .constant(lanes.buffer)
      .get("left")
      .op("i64.extend_i32_s")
      .vector("i64x2.splat")
      .vector("i64x2.lt_s");
  }

  #storeRow({ to, node }: Store): void {
    const { code } = this;
    code.get(to);
    this.#rowOffset(this.#shift).op("i32.add");
    for (const half of this.#halves) {
      this.#put(node, half);
      if (this.#type === "f32") code.vector("f32x4.demote");
    }
    if (this.#type === "f32") code.shuffle(8, 0, 2);
    code.get("left").call(STORE_PART);
  }

  /** Writes each lane's entry; lanes without a position write beside the tile's positions, which nobody reads. */
  #storeEntry(to: string, { place, value }: NonNullable<Store["entry"]>): void {
    const { code } = this;
    for (const half of this.#halves)
      for (const lane of [0, 1]) {
        this.#inRow(place, half, lane);
        code.when(() => {
          this.#entryOf(to, 2 * half + lane, this.#shift);
          this.#put(value, half).lane("f64x2", lane);
          if (this.#type === "f32") code.op("f32.demote_f64").scalar("f32.store");
          else code.scalar("f64.store");
        });
      }
  }
}

const tileOf = (array: string): string => `${array} tile`;
const nameOf = (node: VectorNode, half = 0): string => `n${node.id}.${half}`;
/** What a reduction has so far. */
const partOf = (node: VectorNode, half: number): string => `part${node.id}.${half}`;
