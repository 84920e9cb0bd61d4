/** .npy files: what NumPy writes is read, what we write is read back, and whatever lies is refused. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, it } from "vitest";
import { readArray } from "../../src/cli/files/array.ts";
import { writeTensors } from "../../src/cli/files/write.ts";
import fixtures from "./fixtures.json" with { type: "json" };
import { expectFault, file, floats, folder, npy, path } from "./folder.ts";

const bytesOf = (base64: string) => Buffer.from(base64, "base64");
const header = (descr: string, shape: string, order = "False") =>
  `{'descr': ${descr}, 'fortran_order': ${order}, 'shape': ${shape}, }`;

/** A number as Python prints it: "True", "inf", "1.0". */
const fromPython = (text: string) =>
  ({ True: 1, False: 0, inf: Number.POSITIVE_INFINITY, "-inf": Number.NEGATIVE_INFINITY, nan: Number.NaN })[text] ??
  Number(text);

it.each(Object.entries(fixtures.npy))("reads %s as NumPy writes it", async (name, { file: base64, shape, values }) => {
  const read = await readArray(file(`${name}.npy`, bytesOf(base64)));
  expect(read.shape).toEqual(shape);
  expect(Array.from(read.data, Number)).toEqual(values.map(fromPython));
});

it("keeps 64-bit integers exact", async () => {
  const { data } = await readArray(file("big.npy", bytesOf(fixtures.npy.u8.file)));
  expect(data).toEqual(BigUint64Array.of(0n, 2n ** 64n - 1n));
});

it.each(Object.entries(fixtures.refused))("refuses %s", async (name, base64) => {
  await expectFault(readArray(file(`${name}.npy`, bytesOf(base64))), /holds .* expected floats, integers or booleans/);
});

const sound = npy(header("'<f4'", "(2,)"), floats(1, 2));
const hostile: readonly [string, Uint8Array, RegExp][] = [
  ["an empty file", new Uint8Array(0), /is empty \(0 bytes\)/],
  ["five bytes", sound.subarray(0, 5), /is no \.npy file/],
  ["another format", Buffer.from("PK\x03\x04 and so on"), /is no \.npy file/],
  ["version 9", Buffer.from("\x93NUMPY\x09\x00\x10\x00", "latin1"), /version 9\.0, expected 1, 2 or 3/],
  ["no length", sound.subarray(0, 9), /ends inside the length of its header \(got 1 byte of 2 bytes\)/],
  ["a cut header", sound.subarray(0, 30), /ends inside its header/],
  [
    "a header of 4 GB",
    Buffer.from("\x93NUMPY\x02\x00\xff\xff\xff\xff{", "latin1"),
    /header of 4\.29 GB, expected at most/,
  ],
  ["cut numbers", sound.subarray(0, -3), /holds 5 bytes of numbers.*asks for 8 bytes.*truncated/],
  ["bytes behind the numbers", Buffer.concat([sound, floats(3)]), /holds 12 bytes.*longer than it says/],
  ["a shape of petabytes", npy(header("'<f8'", "(1000000, 1000000, 1000)")), /8 PB, expected at most 2\.15 GB/],
  ["a shape beyond numbers", npy(header("'<f8'", `(${"9".repeat(400)},)`)), /expected at most 2\.15 GB/],
  ["a negative shape", npy(header("'<f4'", "(-1,)")), /its shape is/],
  ["a shape of text", npy(header("'<f4'", "('a',)")), /its shape is|its header is/],
  ["a missing field", npy("{'descr': '<f4', 'fortran_order': False}"), /expected a dictionary of descr/],
  [
    "a field too many",
    npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'x': 'y'}"),
    /expected a dictionary/,
  ],
  ["code for a header", npy("__import__('os').system('true')"), /expected a dictionary/],
  ["text behind the dictionary", npy(`${header("'<f4'", "(1,)")} + 1`), /expected a dictionary/],
  ["an order that is none", npy(header("'<f4'", "(1,)", "'maybe'")), /expected a dictionary/],
  ["long doubles", npy(header("'<f16'", "(1,)"), new Uint8Array(16)), /holds long doubles.* \(type "<f16"\)/],
  ["an unknown type", npy(header("'<f3'", "(1,)")), /type "<f3"/],
];

it.each(hostile)("refuses %s", async (name, bytes, message) => {
  await expectFault(readArray(file(`hostile ${name}.npy`, bytes)), message);
});

it("refuses what is no file", async () => {
  mkdirSync(path("folder.npy"));
  expect(spawnSync("mkfifo", [path("pipe.npy")]).status).toBe(0);
  await expectFault(readArray(path("folder.npy")), /is a folder, expected a file/);
  await expectFault(readArray(path("pipe.npy")), /is a pipe or a device/);
  await expectFault(readArray(path("absent.npy")), /there is no such file/);
  await expectFault(readArray(path("a.txt")), /expected a \.npy file, file\.npz:key/, 2);
  await expectFault(readArray(`${file("one.npy", sound)}:key`), /nothing may follow its name/, 2);
});

const tensors = fc
  .tuple(fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 4 }), fc.boolean())
  .chain(([shape, single]) => {
    const size = shape.reduce((product, length) => product * length, 1);
    const numbers = single ? fc.float() : fc.double();
    return fc
      .array(numbers, { minLength: size, maxLength: size })
      .map((values) => ({ shape, data: single ? Float32Array.from(values) : Float64Array.from(values) }));
  });

it("reads back what it writes: any shape, both floats, NaN, infinities and −0", async () => {
  await fc.assert(
    fc.asyncProperty(tensors, async (tensor) => {
      await writeTensors(path("round.npy"), { values: tensor });
      expect(await readArray(path("round.npy"))).toEqual(tensor);
      await writeTensors(path("round.npz"), { first: tensor, second: tensor });
      expect(await readArray(`${path("round.npz")}:second`)).toEqual(tensor);
    }),
    { seed: 20, numRuns: 100 },
  );
});

it("writes what NumPy writes, byte by byte", async () => {
  const data = Float32Array.from([0, 0.5, 1, 1.5, 2, 2.5]);
  await writeTensors(path("same.npy"), { values: { data, shape: [2, 3] } });
  expect(readFileSync(path("same.npy"))).toEqual(bytesOf(fixtures.npy.f4.file));
  await writeTensors(path("same.npy"), { values: { data: Float64Array.of(3.5), shape: [] } });
  expect(readFileSync(path("same.npy"))).toEqual(bytesOf(fixtures.npy.scalar.file));
});

it("leaves the old file and no other where writing fails", async () => {
  const before = readdirSync(folder);
  const tensor = { data: Float32Array.of(1), shape: [1] };
  await expectFault(writeTensors(path("folder.npy"), { values: tensor }), /is a folder|not allowed/);
  await expectFault(writeTensors(path("absent/a.npy"), { values: tensor }), /there is no such folder/);
  await expectFault(writeTensors(path("a.txt"), { values: tensor }), /ends in \.npy or \.npz/, 2);
  expect(readdirSync(folder)).toEqual(before);
});
