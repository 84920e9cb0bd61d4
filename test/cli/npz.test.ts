/** .npz files: entries by key, and zips that lie, burst or are damaged. */
import { createWriteStream, readFileSync, writeFileSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import { expect, it } from "vitest";
import { ZipFile } from "yazl";
import { readArray } from "../../src/cli/files/array.ts";
import fixtures from "./fixtures.json" with { type: "json" };
import { expectFault, file, floats, npy, path } from "./folder.ts";

const stored = Buffer.from(fixtures.npz.stored, "base64");

const deflated = Buffer.from(fixtures.npz.deflated, "base64");

/** A copy of a zip with a field of its last central directory entry rewritten. */
function patched(zip: Buffer, offset: number, value: number): Buffer {
  const copy = Buffer.from(zip);
  copy.writeUInt32LE(value, copy.lastIndexOf("PK\x01\x02", undefined, "latin1") + offset);
  return copy;
}
const CRC = 16;
const PACKED_SIZE = 20;
const SIZE = 24;
const LAST = "deep/labels";

it.each(Object.entries(fixtures.npz))("reads a %s file of NumPy by key", async (name, base64) => {
  const zip = file(`${name}.npz`, Buffer.from(base64, "base64"));
  expect(await readArray(`${zip}:logits`)).toEqual({ data: Float32Array.of(0, 0.5, 1, 1.5, 2, 2.5), shape: [2, 3] });
  expect(await readArray(`${zip}:${LAST}`)).toEqual({ data: BigInt64Array.of(0n, 1n), shape: [2] });
});

it("lists the keys where one is missing or unknown", async () => {
  const zip = file("keys.npz", stored);
  await expectFault(readArray(zip), /as in .*keys\.npz:logits \(it holds logits, deep\/labels\)/, 2);
  await expectFault(
    readArray(`${zip}:logit`),
    /has no array "logit"; it holds logits, deep\/labels; did you mean "logits"/,
  );
});

it("refuses an entry that claims gigabytes before unpacking it", async () => {
  await expectFault(
    readArray(`${file("bomb.npz", patched(deflated, SIZE, 0xfffffff0))}:${LAST}`),
    /unpacks to 4\.29 GB, expected at most 2\.15 GB/,
  );
});

it("refuses an entry that unpacks to more than it claims", async () => {
  const zip = new ZipFile();
  const size = 4_000_000;
  const array = npy(`{'descr': '|u1', 'fortran_order': False, 'shape': (${size},), }`, new Uint8Array(size));
  zip.addBuffer(array, "zeros.npy", { compress: true });
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(path("zeros.npz")));
  expect((await readArray(`${path("zeros.npz")}:zeros`)).shape).toEqual([size]);
  const bytes = patched(readFileSync(path("zeros.npz")), SIZE, 500);
  await expectFault(readArray(`${file("lying.npz", bytes)}:zeros`), /too many bytes in the stream\. expected 500/);
});

const damaged: readonly [string, Buffer, RegExp][] = [
  ["a cut file", stored.subarray(0, 300), /is not a sound \.npz file/],
  ["an empty file", Buffer.alloc(0), /is empty \(0 bytes\)/],
  ["another format", Buffer.from("not a zip at all, but long enough to be read as one"), /is not a sound \.npz file/],
  ["a wrong checksum", patched(stored, CRC, 1), /is damaged/],
  ["a wrong size", patched(stored, SIZE, 100), /is not a sound \.npz file/],
  ["a wrong packed size", patched(stored, PACKED_SIZE, 2 ** 30), /is not a sound \.npz file/],
];

it.each(damaged)("refuses %s", async (name, bytes, message) => {
  await expectFault(readArray(`${file(`damaged ${name}.npz`, bytes)}:${LAST}`), message);
});

it("reads arrays of any name, which is never a path", async () => {
  const names = ["/abs", "a:b", "../up", "C:/x", "a\\b", "日本"];
  const zip = new ZipFile();
  // yazl refuses such names, too: they are written over placeholders of the same length.
  const holders = names.map((name, i) => String(i).repeat(Buffer.byteLength(name)));
  for (const [i, name] of holders.entries())
    zip.addBuffer(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }", floats(i)), `${name}.npy`);
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(path("names.npz")));
  let text = readFileSync(path("names.npz")).toString("latin1");
  for (const [i, name] of names.entries())
    text = text.replaceAll(`${holders[i]}.npy`, `${Buffer.from(name).toString("latin1")}.npy`);
  writeFileSync(path("names.npz"), Buffer.from(text, "latin1"));
  for (const [i, name] of names.entries())
    expect(await readArray(`${path("names.npz")}:${name}`)).toEqual({ data: Float32Array.of(i), shape: [1] });
});

it("says what a zip is packed with that is not supported", async () => {
  for (const [method, name] of [
    [12, "bzip2"],
    [14, "lzma"],
    [97, "method 97"],
  ] as const) {
    const copy = Buffer.from(deflated);
    copy.writeUInt16LE(method, copy.lastIndexOf("PK\x01\x02", undefined, "latin1") + 10);
    await expectFault(
      readArray(`${file("packed.npz", copy)}:${LAST}`),
      new RegExp(`is packed with ${name}, which is not supported`),
    );
  }
});

it("refuses entries that are no arrays, and a zip without any", async () => {
  const zip = new ZipFile();
  zip.addBuffer(Buffer.from("text"), "note.txt", { compress: false });
  zip.addBuffer(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }", floats(1)), "short.npy", {
    compress: false,
  });
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(path("odd.npz")));
  await expectFault(readArray(`${path("odd.npz")}:note.txt`), /odd\.npz:note\.txt: is no \.npy file/);
  await expectFault(readArray(`${path("odd.npz")}:short`), /odd\.npz:short: holds 4 bytes of numbers.*12 bytes/);
  const none = new ZipFile();
  none.end();
  await pipeline(none.outputStream, createWriteStream(path("none.npz")));
  await expectFault(readArray(`${path("none.npz")}:a`), /holds no arrays/);
});
