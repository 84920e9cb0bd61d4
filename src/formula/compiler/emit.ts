/** A schedule as one function: rows, passes over a row, blocks of a pass, stages of a block, vectors of a stage. */
import { ALONG, ROW, type Space, varies } from "./graph.ts";
import { LOAD_PART, parts, STORE_PART } from "./parts.ts";
import { isReduction, type Pass, type Schedule, type Stage, type Store } from "./schedule.ts";
import { constant, loadNumber, uniform } from "./uniform.ts";
import type { Type, VectorNode } from "./vectors.ts";
import { Code, F64, I32, moduleOf, V128, type WasmFunction } from "./wasm.ts";
import { always, type Wish, Wishes } from "./wishes.ts";

export interface Program {
  readonly type: Type;
  readonly schedule: Schedule;
  readonly stores: readonly Store[];
  /** A row's contribution to the result. */
  readonly sum: VectorNode;
  readonly inputs: readonly ProgramInput[];
  readonly options: number;
  readonly shared: boolean;
  /** Whether a call may want some stores only, and gives 0 for the address of any other. */
  readonly selective: boolean;
}

interface ProgramInput {
  /** Whether it holds whole numbers of 32 bits. */
  readonly index: boolean;
  readonly space: Space;
  /** Whether its address may be 0; its numbers are then 1. */
  readonly optional: boolean;
}

/** Steps per block: f32 sums of that many vectors a lane are folded into f64, and stages take turns that often. */
const STEPS = 4;
/** The part of the scratch where stages leave what they have for later ones. */
const BLOCKS = 4096;

/** Bytes of scratch for rows of so many elements. */
export const scratchBytes = ({ type, schedule: { kept } }: Program, cols: number): number =>
  BLOCKS + kept.size * padded(cols * (type === "f32" ? 4 : 8));

/** A row's bytes and what a last vector may take beyond. */
const padded = (bytes: number): number => (bytes + 79) & -64;

/** The parameters of a program's function, which returns Σ. */
export const parametersOf = ({ inputs, stores, options }: Program): readonly string[] => [
  ...["rows", "cols", "scratch"],
  ...inputs.map((_, i) => `input${i}`),
  ...stores.map(({ to }) => to),
  "scale",
  ...Array.from({ length: options }, (_, i) => `option${i}`),
];

/** Whether a parameter is a number, and not an address or a length. */
export const isNumber = (parameter: string): boolean => parameter === "scale" || parameter.startsWith("option");

export function emit(program: Program): Uint8Array<ArrayBuffer> {
  return moduleOf([...parts(program.type), { ...functionOf(program), exported: "run" }], program.shared);
}

/** A program's function; those of `parts` have to be the module's first. */
export const functionOf = (program: Program): WasmFunction => ({ code: new Emitter(program).code, result: F64 });

class Emitter {
  readonly code: Code;
  readonly #program: Program;
  readonly #type: Type;
  readonly #lanes: number;
  readonly #shift: number;
  /** Scalars and row numbers that are computed already. */
  readonly #ready = new Set<VectorNode>();
  readonly #wishes: Wishes;
  readonly #reductionsOf = new Map<VectorNode, VectorNode[]>();
  readonly #storesOf = new Map<VectorNode, Store[]>();
  #pass!: Pass;
  #partial = false;
  #unrolled = 1;

  constructor(program: Program) {
    this.#program = program;
    this.#type = program.type;
    [this.#lanes, this.#shift] = program.type === "f32" ? [4, 2] : [2, 3];
    this.code = new Code(Object.fromEntries(parametersOf(program).map((name) => [name, isNumber(name) ? F64 : I32])));
    this.#wishes = new Wishes(program);
    for (const name of ["row", "at", "left", "end", "slot", "start", "rest", "rowBytes", "pad", "place"])
      this.code.local(name, I32);
    this.code.local("all", F64);
    this.#function();
  }

  #function(): void {
    const { code } = this;
    const { schedule, inputs, stores, sum, selective } = this.#program;
    for (const [i, { optional }] of inputs.entries())
      if (optional) code.get(`input${i}`).set(code.local(`has input${i}`, I32));
    // Addresses move from row to row; whether they are wanted is asked of what they were.
    if (selective) for (const { to } of stores) code.get(to).set(code.local(`wants ${to}`, I32));
    for (const node of schedule.order) if (node.space === 0 && schedule.levels.get(node) === 0) this.#once(node);
    code
      .get("cols")
      .i32(this.#shift)
      .op("i32.shl")
      .tee("rowBytes")
      .i32(79)
      .op("i32.add")
      .i32(-64)
      .op("i32.and")
      .set("pad");
    code.loop(() => {
      code.get("row", "rows").op("i32.ge_s").leave();
      for (const pass of schedule.passes) this.#passOver(pass);
      for (const node of schedule.order) this.#once(node);
      code.get("all", nameOf(sum)).lane("f64x2", 0).op("f64.add").set("all");
      for (const store of stores)
        this.#where(this.#wishes.ofStore(store), () => {
          if (!store.along) this.#storeRow(store);
          if (store.entry) this.#storeEntry(store.to, store.entry);
        });
      const next = (name: string, bytes: () => Code) => bytes().get(name).op("i32.add").set(name);
      for (const [i, { index, space }] of inputs.entries())
        if (space === (ROW | ALONG))
          next(`input${i}`, () => (index ? code.get("cols").i32(2).op("i32.shl") : code.get("rowBytes")));
      for (const { to, along } of stores) if (along) next(to, () => code.get("rowBytes"));
      next("row", () => code.i32(1));
    });
    code.get("all");
  }

  /** A scalar or row number, which is the same in all lanes. */
  #once(node: VectorNode): void {
    if (varies(node) || isReduction(node) || this.#ready.has(node)) return;
    this.#ready.add(node);
    const { code } = this;
    if (uniform(code, node)) {
      code.set(code.local(nameOf(node), V128));
      return;
    }
    switch (node.name) {
      case "input": {
        const { index } = this.#input(node);
        const given = () => {
          code
            .get(`input${node.value}`, "row")
            .i32(index ? 2 : this.#shift)
            .op("i32.shl")
            .op("i32.add");
          loadNumber(code, this.#type, index);
        };
        this.#orOne(node, F64, given, () => code.f64(1)).vector("f64x2.splat");
        break;
      }
      case "pick": {
        const { index } = this.#program.inputs[node.value] as { index: boolean };
        this.#inRow(node.args[0] as VectorNode);
        const found = () => {
          code
            .get(`input${node.value}`, "place")
            .i32(index ? 2 : this.#shift)
            .op("i32.shl")
            .op("i32.add");
          loadNumber(code, this.#type, index);
        };
        code.when(found, () => code.f64(0), F64).vector("f64x2.splat");
        break;
      }
      case "cast":
        this.#put(node.args[0] as VectorNode)
          .lane("f64x2", 0)
          .op("f32.demote_f64")
          .vector("f32x4.splat");
        break;
      case "castmask":
        this.#put(node.args[0] as VectorNode)
          .lane("i32x4", 0)
          .vector("i32x4.splat");
        break;
      default:
        this.#instruction(node);
    }
    code.local(nameOf(node), V128);
    code.set(nameOf(node));
  }

  #input = (node: VectorNode) => this.#program.inputs[node.value] as Program["inputs"][number];

  /** Leaves on the stack whether a number is a place of the row, and the place in "place". */
  #inRow(node: VectorNode): void {
    this.#put(node).lane("f64x2", 0).truncate().tee("place").get("cols").op("i32.lt_u");
  }

  #put = (node: VectorNode, u = 0): Code => this.code.get(nameOf(node, u));

  #instruction(node: VectorNode, u = 0): void {
    for (const arg of node.args) this.#put(arg, u);
    if (node.name === "shl" || node.name === "shr") this.code.i32(node.value);
    this.code.lanes(node.name, node.type);
  }

  #passOver(pass: Pass): void {
    const { schedule } = this.#program;
    this.#pass = pass;
    for (const node of schedule.order) if ((schedule.levels.get(node) as number) <= pass.at) this.#once(node);
    this.#reductionsOf.clear();
    this.#storesOf.clear();
    for (const node of pass.reductions) group(this.#reductionsOf, node.args[0] as VectorNode, node);
    for (const store of pass.stores) group(this.#storesOf, store.node, store);
    this.#where(this.#wishes.ofPass(pass), () => this.#row(pass));
  }

  /** Runs code where a wish is there. */
  #where(wish: Wish, use: () => void): void {
    const { code } = this;
    if (wish === always) {
      use();
      return;
    }
    for (const [i, to] of wish.entries()) {
      code.get(`wants ${to}`);
      if (i > 0) code.op("i32.or");
    }
    code.when(use);
  }

  #row(pass: Pass): void {
    const { code } = this;
    // Light passes wait for their additions unless there are many.
    this.#unrolled = pass.nodes.length <= 8 ? 4 : 2;
    for (const node of pass.reductions) this.#begin(node);
    if (pass.when === null) this.#rows(pass);
    else {
      for (const [i, mask] of pass.when.entries()) {
        this.#put(mask).lane("i32x4", 0);
        if (i > 0) code.op("i32.or");
      }
      code.when(() => this.#rows(pass));
    }
    for (const node of pass.reductions) this.#finish(node);
  }

  #rows(pass: Pass): void {
    const { code } = this;
    const step = this.#unrolled * this.#lanes;
    const sums = pass.reductions.filter(({ name }) => name === "sum");
    code.i32(0).set("at").get("cols").set("left");
    code.loop(() => {
      code.get("left").i32(step).op("i32.lt_s").leave();
      // Up to where this block goes: as many elements are left then.
      code
        .get("left")
        .i32(STEPS * step)
        .op("i32.sub")
        .tee("end")
        .i32(step - 1);
      code
        .get("end")
        .i32(step - 1)
        .op("i32.gt_s")
        .op("select")
        .set("end");
      for (const node of sums) this.#clear(node, this.#unrolled);
      this.#partial = false;
      if (pass.stages.length === 0) code.repeat(() => this.#vectors(pass.nodes).#advance(step));
      else this.#staged(step);
      for (const node of sums) this.#fold(node, this.#unrolled);
    });
    this.#partial = true;
    code.loop(() => {
      code.get("left").i32(0).op("i32.le_s").leave();
      for (const node of sums) this.#clear(node, 1);
      this.#vectors(pass.nodes, 1);
      for (const node of sums) this.#fold(node, 1);
      code.get("at").i32(16).op("i32.add").set("at").get("left").i32(this.#lanes).op("i32.sub").set("left");
    });
  }

  /** Goes on by some vectors, and leaves on the stack whether the block goes on. */
  #advance(step: number): void {
    this.code
      .get("at")
      .i32(16 * this.#unrolled)
      .op("i32.add")
      .set("at");
    this.code.get("left").i32(step).op("i32.sub").tee("left").get("end").op("i32.gt_s");
  }

  #staged(step: number): void {
    const { code } = this;
    const { stages } = this.#pass;
    code.get("at").set("start").get("left").set("rest");
    for (const [i, stage] of stages.entries()) {
      if (i > 0) code.get("start").set("at").get("rest").set("left");
      code.get("scratch").set("slot");
      code.repeat(() => {
        this.#stage(stage);
        code
          .get("slot")
          .i32(16 * this.#unrolled)
          .op("i32.add")
          .set("slot");
        this.#advance(step);
      });
    }
  }

  #stage({ own, again, loaded, saved }: Stage): void {
    const { code } = this;
    const offset = (node: VectorNode, u: number) =>
      16 * ((this.#pass.slots.get(node) as number) * STEPS * this.#unrolled + u);
    for (const node of loaded)
      this.#each((u) =>
        code
          .get("slot")
          .load(offset(node, u))
          .set(code.local(nameOf(node, u), V128)),
      );
    for (const node of again) this.#each((u) => this.#compute(node, u));
    this.#vectors(own);
    for (const node of saved) this.#each((u) => code.get("slot", nameOf(node, u)).store(offset(node, u)));
  }

  #each(use: (u: number) => void, count = this.#unrolled): void {
    for (let u = 0; u < count; u++) use(u);
  }

  /** Computes elements' numbers and does with them what the pass is for. */
  #vectors(nodes: readonly VectorNode[], count = this.#unrolled): this {
    const { needed, wish, shared, own } = this.#wishes.split(nodes);
    const all = (some: readonly VectorNode[], known: Wish) => {
      for (const node of some) {
        this.#each((u) => {
          this.#compute(node, u);
          this.#use(node, u);
        }, count);
        this.#store(node, known, count);
      }
    };
    all(needed, always);
    // What stores share is computed where they are, for what leaves a branch is kept from turn to turn.
    if (wish !== always && wish.length > 0)
      this.#where(wish, () => {
        all(shared, wish);
        for (const [to, nodes] of own) this.#where(wish.length > 1 ? [to] : always, () => all(nodes, [to]));
      });
    // What does not vary may have to be written along the row all the same.
    for (const node of this.#storesOf.keys())
      if (!varies(node) && !this.#stagedBefore(nodes)) this.#store(node, always, count);
    return this;
  }

  /** Whether more stages of the pass are to come. */
  #stagedBefore(nodes: readonly VectorNode[]): boolean {
    const { stages } = this.#pass;
    return !this.#partial && stages.length > 0 && stages.at(-1)?.own !== nodes;
  }

  #compute(node: VectorNode, u: number): void {
    const { code } = this;
    const { kept, levels } = this.#program.schedule;
    if (kept.has(node) && (levels.get(node) as number) < this.#pass.at) this.#keptRow(node).load(BLOCKS + 16 * u);
    else if (node.name === "input") this.#load(node, u);
    else if (node.name === "range") this.#range(u);
    else this.#instruction(node, u);
    code.set(code.local(nameOf(node, u), V128));
  }

  #use(node: VectorNode, u: number): void {
    const { code } = this;
    const { kept, levels } = this.#program.schedule;
    const name = nameOf(node, u);
    if (kept.has(node) && levels.get(node) === this.#pass.at)
      this.#keptRow(node)
        .get(name)
        .store(BLOCKS + 16 * u);
    for (const reduction of this.#reductionsOf.get(node) ?? []) {
      const partial = partOf(reduction, u);
      if (reduction.name === "sum") {
        code.get(partial, name);
        if (this.#partial) this.#headMask().lanes("and", "f32");
        code.lanes("add", this.#type).set(partial);
      } else {
        code.get(name);
        if (this.#partial) this.#lowest().#headMask().lanes("bitselect", "f32");
        code.get(partial).lanes("pmax", this.#type).set(partial);
      }
    }
  }

  /** Writes a node's numbers, where it is known that what a wish says is wanted. */
  #store(node: VectorNode, known: Wish, count: number): void {
    for (const store of this.#storesOf.get(node) ?? []) {
      const wish = this.#wishes.ofStore(store);
      const address = () => this.code.get(store.to, "at").op("i32.add");
      this.#where(wish.join() === known.join() ? always : wish, () =>
        this.#each((u) => this.#write(address, nameOf(node, u), u), count),
      );
    }
  }

  #write(address: () => Code, name: string, u: number): void {
    address().get(name);
    if (this.#partial) this.code.get("left").call(STORE_PART);
    else this.code.store(16 * u);
  }

  /** Rows that wait are whole vectors long, also their last one. */
  #keptRow(node: VectorNode): Code {
    const place = this.#program.schedule.kept.get(node) as number;
    return this.code.get("scratch", "pad").i32(place).op("i32.mul").op("i32.add").get("at").op("i32.add");
  }

  /** An input that may not be there counts as 1. */
  #orOne(node: VectorNode, type: number, given: () => void, one: () => void): Code {
    if (this.#input(node).optional) return this.code.get(`has input${node.value}`).when(given, one, type);
    given();
    return this.code;
  }

  #load(node: VectorNode, u: number): void {
    this.#orOne(
      node,
      V128,
      () => this.#given(node, u),
      () => this.code.constant((this.#type === "f32" ? new Float32Array(4) : new Float64Array(2)).fill(1).buffer),
    );
  }

  #given(node: VectorNode, u: number): void {
    const { code } = this;
    const { index } = this.#input(node);
    code.get(`input${node.value}`, "at");
    if (index && this.#type === "f64") {
      // Whole numbers take half as much as f64; a last one alone is read with what follows it.
      code
        .i32(1)
        .op("i32.shr_u")
        .op("i32.add")
        .i32(8 * u)
        .op("i32.add")
        .loadZero(64)
        .vector("f64x2.convert_low");
      return;
    }
    code.op("i32.add");
    if (this.#partial) code.get("left").call(LOAD_PART);
    else code.load(16 * u);
    if (index) code.lanes("convert", "f32");
  }

  /** 0, 1, 2, … from the current place on. */
  #range(u: number): void {
    const { code } = this;
    code.get("at").i32(this.#shift).op("i32.shr_u");
    if (this.#type === "f32") {
      const first = Int32Array.of(0, 1, 2, 3).map((lane) => lane + 4 * u);
      code.vector("i32x4.splat").constant(first.buffer).lanes("iadd", "f32").lanes("convert", "f32");
    } else {
      const first = Float64Array.of(2 * u, 2 * u + 1);
      code.op("f64.convert_i32_s").vector("f64x2.splat").constant(first.buffer).lanes("add", "f64");
    }
  }

  /** All ones in the lanes that belong to the row. */
  #headMask(): Code {
    if (this.#type === "f32")
      return this.code
        .constant(Int32Array.of(0, 1, 2, 3).buffer)
        .get("left")
        .vector("i32x4.splat")
        .vector("i32x4.lt_s");
    return this.code
      .constant(BigInt64Array.of(0n, 1n).buffer)
      .get("left")
      .op("i64.extend_i32_s")
      .vector("i64x2.splat")
      .vector("i64x2.lt_s");
  }

  #lowest(): this {
    constant(this.code, this.#type, Number.NEGATIVE_INFINITY);
    return this;
  }

  #begin(node: VectorNode): void {
    const { code } = this;
    if (node.name === "sum") code.zero().set(code.local(totalOf(node), V128));
    else this.#each((u) => this.#lowest().code.set(code.local(partOf(node, u), V128)));
  }

  #clear(node: VectorNode, count: number): void {
    this.#each((u) => this.code.zero().set(this.code.local(partOf(node, u), V128)), count);
  }

  /** Adds the block's sums to the row's, which are f64. */
  #fold(node: VectorNode, count: number): void {
    const { code } = this;
    const first = partOf(node, 0);
    for (let u = 1; u < count; u++) code.get(first, partOf(node, u)).lanes("add", this.#type).set(first);
    code.get(totalOf(node), first);
    if (this.#type === "f32") {
      code.vector("f64x2.promote_low");
      code.get(first, first).upper().vector("f64x2.promote_low").lanes("add", "f64");
    }
    code.lanes("add", "f64").set(totalOf(node));
  }

  /** The row's number, in all lanes. */
  #finish(node: VectorNode): void {
    const { code } = this;
    if (node.name === "sum") code.get(totalOf(node)).lane("f64x2", 0).get(totalOf(node)).lane("f64x2", 1).op("f64.add");
    else {
      const first = partOf(node, 0);
      for (let u = 1; u < this.#unrolled; u++) code.get(partOf(node, u), first).lanes("pmax", this.#type).set(first);
      for (let lane = 0; lane < this.#lanes; lane++) {
        code.get(first);
        if (this.#type === "f32") code.lane("f32x4", lane).op("f64.promote_f32");
        else code.lane("f64x2", lane);
        if (lane > 0) code.op("f64.max");
      }
    }
    code.vector("f64x2.splat").set(code.local(nameOf(node), V128));
  }

  #storeRow({ to, node }: Store): void {
    this.code.get(to, "row").i32(this.#shift).op("i32.shl").op("i32.add");
    this.#scalar(node);
  }

  #storeEntry(to: string, { place, value }: NonNullable<Store["entry"]>): void {
    this.#inRow(place);
    this.code.when(() => {
      this.code.get(to, "place").i32(this.#shift).op("i32.shl").op("i32.add");
      this.#scalar(value);
    });
  }

  #scalar(node: VectorNode): void {
    this.#put(node).lane("f64x2", 0);
    if (this.#type === "f32") this.code.op("f32.demote_f64").scalar("f32.store");
    else this.code.scalar("f64.store");
  }
}

const nameOf = (node: VectorNode, u = 0): string => (node.space & ALONG ? `n${node.id}.${u}` : `n${node.id}`);
/** What a reduction has so far in vector u of a block, and a sum in the row. */
const partOf = (node: VectorNode, u: number): string => `part${node.id}.${u}`;
const totalOf = (node: VectorNode): string => `total${node.id}`;

function group<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
