/** Functions that read and write the last, partial vector of a row, so that no formula is written a second time for it. */
import type { Type } from "./vectors.ts";
import { Code, I32, V128, type WasmFunction } from "./wasm.ts";

/** Their places in a module. */
export const LOAD_PART = 0;
export const STORE_PART = 1;

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
