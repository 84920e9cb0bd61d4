/** Functions that read and write the last, partial vector of a row, so that no formula is written a second time for it. */
import type { Type } from "./vectors.ts";
import { Code, I32, V128, type WasmFunction } from "./wasm.ts";

/** Their places in a module. */
export const LOAD_PART = 0;
export const STORE_PART = 1;
/** In modules that have it. */
export const COPY_PLANES = 2;

const equals = (code: Code, count: number): Code => code.get("left").i32(count).op("i32.eq");

/** (address, left) → the first min(left, lanes) numbers; lanes beyond are 0. */
function loadPart(type: Type): Code {
  const code = new Code({ address: I32, left: I32 });
  const at = () => code.get("address");
  code
    .get("left")
    .i32(type === "f64" ? 2 : 4)
    .op("i32.ge_s")
    .when(() => at().load().op("return"));
  if (type === "f64") return at().loadZero(64);
  equals(code, 1).when(() => at().loadZero(32).op("return"));
  code.local("low", V128);
  at().loadZero(64).set("low");
  equals(code, 2).when(() => code.get("low").op("return"));
  return code.get("address", "low").loadLane(8, 2);
}

/** (address, vector, left): writes the first min(left, lanes) numbers and nothing after them. */
function storePart(type: Type): Code {
  const code = new Code({ address: I32, vector: V128, left: I32 });
  const both = () => code.get("address", "vector");
  code
    .get("left")
    .i32(type === "f64" ? 2 : 4)
    .op("i32.ge_s")
    .when(() => both().store().op("return"));
  if (type === "f64") return both().storeLane(64, 0, 0);
  equals(code, 1).when(() => both().storeLane(32, 0, 0).op("return"));
  both().storeLane(64, 0, 0);
  return equals(code, 3).when(() => both().storeLane(32, 8, 2));
}

export const parts = (type: Type): readonly WasmFunction[] => [
  { code: loadPart(type), result: V128 },
  { code: storePart(type) },
];

/** (from, fromStep, to, toStep, count, bytes): copies so many bytes of each plane, a multiple of 4. */
export function copyPlanes(): WasmFunction {
  const code = new Code({ from: I32, fromStep: I32, to: I32, toStep: I32, count: I32, bytes: I32 });
  code.local("at", I32);
  const moved = (name: string) => code.get(name, "at").op("i32.add");
  const fits = (width: number) => code.get("at").i32(width).op("i32.add").get("bytes").op("i32.gt_s").leave();
  const advance = (width: number) => code.get("at").i32(width).op("i32.add").set("at");
  const many = (width: number) =>
    code.loop(() => {
      fits(width);
      for (let offset = 0; offset < width; offset += 16) {
        moved("to");
        moved("from").load(offset).store(offset);
      }
      advance(width);
    });
  code.loop(() => {
    code.get("count").i32(0).op("i32.le_s").leave();
    code.i32(0).set("at");
    many(64);
    many(16);
    for (const bits of [64, 32] as const)
      code
        .get("bytes")
        .i32(bits / 8)
        .op("i32.and")
        .when(() => {
          moved("to");
          moved("from").loadZero(bits).storeLane(bits, 0, 0);
          advance(bits / 8);
        });
    for (const name of ["from", "to"]) code.get(name, `${name}Step`).op("i32.add").set(name);
    code.get("count").i32(1).op("i32.sub").set("count");
  });
  return { code };
}
