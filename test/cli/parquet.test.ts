/** .parquet files as tables and as arrays; the same table in .csv is the same. */
import { readFileSync, writeFileSync } from "node:fs";
import { parquetWriteBuffer } from "hyparquet-writer";
import { expect, it } from "vitest";
import { readArray } from "../../src/cli/files/array.ts";
import { cellText } from "../../src/cli/files/column.ts";
import { readTable } from "../../src/cli/files/readTable.ts";
import { readDataset } from "../../src/cli/table/dataset.ts";
import { expectFault, path } from "./folder.ts";

type Columns = Parameters<typeof parquetWriteBuffer>[0]["columnData"];
type Options = Partial<Parameters<typeof parquetWriteBuffer>[0]>;

function parquet(name: string, columnData: Columns, options: Options = {}): string {
  writeFileSync(path(name), new Uint8Array(parquetWriteBuffer({ columnData, ...options })));
  return path(name);
}

const cells = async (file: string) => {
  const { columns, notes } = await readTable(file);
  const texts = columns.map((column) => [column.name, Array.from(column.numbers, (_, row) => cellText(column, row))]);
  return { columns: Object.fromEntries(texts), notes };
};

it("keeps names, text, gaps, dates and booleans as a .csv would have them", async () => {
  const file = parquet("mixed.parquet", [
    { name: "sepal length", data: [5.1, null, Number.NaN], type: "DOUBLE" },
    { name: "whole", data: [1n, 2n, 9007199254740993n], type: "INT64" },
    { name: "species", data: ["setosa", "日本", null], type: "STRING" },
    { name: "ok", data: [true, false, null], type: "BOOLEAN" },
    { name: "day", data: [new Date(0), new Date("2024-02-29T12:30:00Z"), null], type: "TIMESTAMP" },
    { name: "list", data: [[1, 2], [3], null] as never, type: "JSON" },
    { name: "__index_level_0__", data: [3n, 1n, 2n], type: "INT64" },
  ]);
  expect(await cells(file)).toEqual({
    columns: {
      "sepal length": ["5.1", "", "NaN"],
      whole: ["1", "2", "9007199254740993"],
      species: ["setosa", "日本", ""],
      ok: ["True", "False", ""],
      day: ["1970-01-01", "2024-02-29 12:30:00", ""],
    },
    notes: [
      "the row labels that pandas kept are not a column: left out",
      'columns of lists, records or bytes left out: "list"',
    ],
  });
});

it("makes of iris what its .csv makes", async () => {
  const csv = new URL("../../data/iris.csv", import.meta.url).pathname;
  const lines = readFileSync(csv, "utf8")
    .trim()
    .split("\n")
    .map((line) => line.trim().split(","));
  const [names, ...rows] = lines as [string[], ...string[][]];
  const columns = names.map((name, i) => {
    const values = rows.map((row) => row[i] as string);
    return values.every((value) => value !== "" && !Number.isNaN(Number(value)))
      ? { name, data: values.map(Number), type: "DOUBLE" as const }
      : { name, data: values, type: "STRING" as const };
  });
  const target = names.at(-1) as string;
  const [fromCsv, fromParquet] = [await readTable(csv), await readTable(parquet("iris.parquet", columns))];
  expect(readDataset(fromParquet, target, undefined)).toEqual(readDataset(fromCsv, target, undefined));
});

/** A frame of Zstandard with one block that is not compressed. */
function zstdFrame(input: Uint8Array): Uint8Array {
  const header = Buffer.alloc(12);
  header.writeUInt32LE(0xfd2fb528, 0);
  // One segment, its size in four bytes; then the block: last, raw, its size.
  header[4] = 0b1010_0000;
  header.writeUInt32LE(input.length, 5);
  header.writeUIntLE((input.length << 3) | 1, 9, 3);
  return Buffer.concat([header, input]);
}

/** A block of LZ4 that is all literals. */
function lz4Block(input: Uint8Array): Uint8Array {
  const more: number[] = [];
  for (let left = input.length - 15; left >= 0; left -= 255) more.push(Math.min(left, 255));
  if (more.at(-1) === 255) more.push(0);
  return Buffer.concat([Buffer.from([Math.min(input.length, 15) << 4, ...more]), input]);
}

it.each([
  ["ZSTD", zstdFrame],
  ["LZ4_RAW", lz4Block],
] as const)("reads %s", async (codec, compress) => {
  const data = Float64Array.from({ length: 500 }, (_, i) => Math.sin(i));
  const file = parquet(`${codec}.parquet`, [{ name: "x", data: [...data], type: "DOUBLE" }], {
    codec,
    compressors: { [codec]: compress },
  });
  expect((await readArray(`${file}:x`)).data).toEqual(data);
});

it.each(["LZ4", "LZ4_RAW", "GZIP", "BROTLI", "SNAPPY", "ZSTD"] as const)(
  "reads a page of %s without a value",
  async (codec) => {
    // Of gaps alone nothing is left to compress; every codec may write that its own way.
    const file = parquet(`empty-${codec}.parquet`, [{ name: "x", data: [null, null, null], type: "DOUBLE" }], {
      codec,
      compressors: { [codec]: () => Uint8Array.of(0) },
    });
    expect((await cells(file)).columns).toEqual({ x: ["", "", ""] });
  },
);

it("leaves bytes out that are not said to be text, and refuses them as target and as numbers", async () => {
  const bytes = [Uint8Array.of(0xff), Uint8Array.of(0xfe), Uint8Array.of(0x61)];
  const schema = [
    { name: "root", num_children: 3 },
    { name: "raw", type: "BYTE_ARRAY", repetition_type: "REQUIRED" },
    { name: "kind", type: "BYTE_ARRAY", repetition_type: "REQUIRED", converted_type: "ENUM" },
    { name: " x ", type: "DOUBLE", repetition_type: "REQUIRED" },
  ] as never;
  const words = ["a", "b", "a"].map((word) => new TextEncoder().encode(word));
  const columns = [
    { name: "raw", data: bytes },
    { name: "kind", data: words },
    { name: " x ", data: [1, 2, 3] },
  ] as never;
  const file = parquet("bytes.parquet", columns, { schema });
  const left = 'columns of lists, records or bytes left out: "raw"';
  expect(await cells(file)).toEqual({ columns: { kind: ["a", "b", "a"], x: ["1", "2", "3"] }, notes: [left] });
  const table = await readTable(file);
  expect(() => readDataset(table, "raw", undefined)).toThrow(/no column "raw".*bytes left out: "raw"/);
  await expectFault(readArray(`${file}:raw`), /column "raw", row 1 holds bytes, expected a number/);
  expect((await readArray(`${file}:x`)).data).toEqual(Float64Array.of(1, 2, 3));
});

it("keeps times apart that differ by less than a millisecond", async () => {
  const data = [1_500_000_000_123_456n, 1_500_000_000_123_457n, -1n, 1_500_000_000_123_000n];
  const schema = [
    { name: "root", num_children: 1 },
    { name: "t", type: "INT64", repetition_type: "REQUIRED", converted_type: "TIMESTAMP_MICROS" },
  ] as never;
  const file = parquet("times.parquet", [{ name: "t", data }] as never, { schema });
  expect((await cells(file)).columns.t).toEqual([
    "2017-07-14 02:40:00.123456",
    "2017-07-14 02:40:00.123457",
    "1969-12-31 23:59:59.999999",
    "2017-07-14 02:40:00.123",
  ]);
});

const list = (name: string, data: unknown[]) => ({ name, data: data as never, type: "JSON" as const });

it("lays lists beside numbers, in the order of the columns", async () => {
  const file = parquet("beside.parquet", [
    { name: "a", data: [1, 5], type: "DOUBLE" },
    list("e", [
      [2, 3],
      [6, 7],
    ]),
    { name: "b", data: [4, 8], type: "DOUBLE" },
  ]);
  expect(await readArray(file)).toEqual({ data: Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8), shape: [2, 4] });
  expect(await readArray(`${file}:e`)).toEqual({ data: Float64Array.of(2, 3, 6, 7), shape: [2, 2] });
  expect(await readArray(`${file}:b`)).toEqual({ data: Float64Array.of(4, 8), shape: [2] });
});

it("names column and row of what is not a number, or a list of another length", async () => {
  const faulty = (data: unknown[]) => readArray(`${parquet("faulty.parquet", [list("e", data)])}:e`);
  await expectFault(
    faulty([[1, 2], [1, 2], null]),
    /column "e", row 3 holds nothing, expected a list of 2 as in row 1/,
  );
  await expectFault(faulty([[1, 2], [1]]), /column "e", row 2 holds a list of 1, expected a list of 2/);
  await expectFault(faulty([1, [1]]), /column "e", row 2 holds a list of 1, expected one number/);
  await expectFault(faulty([1, "red"]), /column "e", row 2 holds "red", expected a number/);
  await expectFault(faulty([1, null]), /column "e", row 2 holds nothing, expected a number/);
  await expectFault(faulty([[1, null]]), /column "e", row 1 holds nothing, expected a number/);
  await expectFault(faulty([1, { a: 2 }]), /column "e", row 2 holds a record, expected a number/);
});
