/** .csv files and tables: what spreadsheets and pandas write is read, what is ambiguous is refused. */
import { expect, it } from "vitest";
import { readArray } from "../../src/cli/files/array.ts";
import { type Column, cellText } from "../../src/cli/files/column.ts";
import { readTable } from "../../src/cli/files/readTable.ts";
import fixtures from "./fixtures.json" with { type: "json" };
import { expectFault, file, path } from "./folder.ts";

const cellsOf = (column: Column) => Array.from(column.numbers, (_, row) => cellText(column, row));

const table = async (name: string, content: string | Uint8Array) => {
  const { rows, columns } = await readTable(file(name, content));
  return { rows, ...Object.fromEntries(columns.map((column) => [column.name, cellsOf(column)])) };
};

it("reads quotes, line breaks in cells, CRLF, a byte order mark and blank lines at the end", async () => {
  const text = '\ufeffa,"b ""x"", y"\r\n1,"2,5"\r\n"two\nlines", 3 \r\n\r\n\r\n';
  expect(await table("quotes.csv", text)).toEqual({ rows: 2, a: ["1", "two\nlines"], 'b "x", y': ["2,5", "3"] });
});

it("reads UTF-16 with its byte order mark", async () => {
  expect(await table("utf16.csv", Buffer.from("\ufeffé,b\n1,2\n", "utf16le"))).toEqual({ rows: 1, é: ["1"], b: ["2"] });
});

it("keeps empty cells, also in a table of one column, and shows HTML as text", async () => {
  expect(await table("empty cells.csv", "a,b\n,2\n1,\n")).toEqual({ rows: 2, a: ["", "1"], b: ["2", ""] });
  expect(await table("one.csv", "<b>x</b>\n1\n\n3\n\n\n")).toEqual({ rows: 3, "<b>x</b>": ["1", "", "3"] });
});

it("takes numbered columns, as a table written without names has them", async () => {
  expect(await table("numbered.csv", "0,1\n5.5,6\n")).toEqual({ rows: 1, 0: ["5.5"], 1: ["6"] });
  expect(await table("three.csv", "0,1,2\n5,6,7\n")).toEqual({ rows: 1, 0: ["5"], 1: ["6"], 2: ["7"] });
});

it("makes columns of a two-dimensional array", async () => {
  const bytes = Buffer.from(fixtures.npy.f4.file, "base64");
  expect(await table("array.npy", bytes)).toEqual({
    rows: 2,
    column_0: ["0", "1.5"],
    column_1: ["0.5", "2"],
    column_2: ["1", "2.5"],
  });
  await expectFault(readTable(file("empty.npy", Buffer.from(fixtures.npy.empty.file, "base64"))), /is empty/);
  await expectFault(readTable(file("scalar.npy", Buffer.from(fixtures.npy.scalar.file, "base64"))), /expected \[rows/);
});

const refused: readonly [string, string | Uint8Array, RegExp][] = [
  ["an empty file", "", /is empty \(0 bytes\)/],
  ["a file of line ends", "\n\n", /is empty, expected a header line and rows|column 1 has no name/],
  ["a header alone", "a,b\n\n", /has a header but no rows/],
  ["a row too short", "a,b\n1,2\n3\n", /line 3 has 1 cell, expected 2 as in the header/],
  ["a row too long", "a,b\n1,2,3\n", /line 2 has 3 cells, expected 2/],
  ["no header", "1.5,2\n3,4\n", /line 1 holds only numbers, expected a header/],
  ["no header, repeated numbers", "1,1\n3,4\n", /line 1 holds only numbers, expected a header/],
  ["semicolons", "a;b\n1;2\n", /separated by ";", expected commas/],
  ["tabs", "a\tb\n1\t2\n", /separated by tabs/],
  ["an open quote", 'a,b\n1,"2\n3,4\n', /ends inside a quoted cell/],
  ["text after a quote", 'a,b\n1,"2"x\n', /line 2 has text after a closing quote/],
  ["a quote inside a cell", 'a,b\n1,x"2"\n', /line 2 has a quote inside a cell/],
  ["one giant line", Buffer.alloc(6_000_000, "a"), /has a row longer than 4\.19 MB/],
  ["one giant line of cells", Buffer.alloc(6_000_000, ","), /has a row longer than 4\.19 MB/],
  [
    "one giant quoted cell",
    Buffer.concat([Buffer.from('a\n"'), Buffer.alloc(6_000_000, "a\n")]),
    /has a row longer than 4\.19 MB/,
  ],
];

it.each(refused)("refuses %s", async (name, content, message) => {
  await expectFault(readTable(file(`refused ${name}.csv`, content)), message);
});

it("gives a column, or all of them, as numbers", async () => {
  const csv = file("numbers.csv", "a,b\n1,-2.5e3\n nan ,Inf\n.5,-inf\n");
  expect(await readArray(`${csv}:a`)).toEqual({ data: Float64Array.of(1, Number.NaN, 0.5), shape: [3] });
  const all = Float64Array.of(1, -2500, Number.NaN, Number.POSITIVE_INFINITY, 0.5, Number.NEGATIVE_INFINITY);
  expect(await readArray(csv)).toEqual({ data: all, shape: [3, 2] });
});

it("names the cell that is no number, and the columns where one is unknown", async () => {
  const csv = file("words.csv", "alpha,b\n1,2\nx,\n");
  await expectFault(readArray(`${csv}:alpha`), /column "alpha", row 2 is "x", expected a number/);
  await expectFault(readArray(`${csv}:b`), /column "b", row 2 is empty/);
  await expectFault(readArray(`${csv}:alhpa`), /has no column "alhpa"; did you mean "alpha"/);
  await expectFault(readArray(`${csv}:something`), /has no column "something"; it has alpha, b/);
  await expectFault(readTable(`${csv}:b`), /expected a whole table/, 2);
  await expectFault(readTable(path("absent.csv")), /there is no such file/);
});

it("takes no number that only JavaScript reads as one", async () => {
  for (const cell of ["0x10", "1_000", "1e", "Infinityy", "1 2", "true"])
    await expectFault(readArray(`${file("strict.csv", `a\n${cell}\n`)}:a`), /expected a number/);
});

it("says what a table is", async () => {
  await expectFault(readTable("folder"), /^"folder": expected a table: a \.csv, \.tsv or \.parquet file, /, 2);
});
