/** .csv files as pandas, NumPy, R, spreadsheets and C write them; and that none of them loses a row without a word. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { readArray } from "../../src/cli/files/array.ts";
import { type Column, cellText } from "../../src/cli/files/column.ts";
import type { CsvFormat } from "../../src/cli/files/csv/format.ts";
import { decimal } from "../../src/cli/files/csv/scan.ts";
import { readTable } from "../../src/cli/files/readTable.ts";
import { expectFault, file } from "./folder.ts";
import { lossary } from "./inProcess.ts";

let count = 0;
const csv = (content: string | Uint8Array) => file(`case${count++}.csv`, content);
const cellsOf = (column: Column) => Array.from(column.numbers, (_, row) => cellText(column, row));
const table = async (content: string | Uint8Array, format: CsvFormat = {}) => {
  const { columns, notes } = await readTable(csv(content), format);
  return { columns: Object.fromEntries(columns.map((column) => [column.name, cellsOf(column)])), notes };
};

it("does not take a first row of whole numbers for names", async () => {
  const [predictions, targets] = [csv("3\n1\n2\n4\n"), csv("5\n1\n2\n4\n")];
  const args = ["eval", "l2Loss", "--predictions", predictions, "--targets", targets];
  const refused = await lossary(...args);
  expect(refused).toMatchObject({ code: 1, out: "" });
  expect(refused.err).toMatch(/line 1 holds only numbers, expected a header.*; where it is data, add --no-header/);
  const { out } = await lossary(...args, "--no-header", "--json");
  expect(JSON.parse(out)).toMatchObject({ value: 1, arguments: { predictions: { shape: [4, 1] } } });
  for (const text of ["3,1\n1,2\n2,3\n", "1,2\n3,4\n", "0,2\n3,4\n", "1,0\n5.5,6\n", "-1\n2\n", "0.0,1.0\n1,2\n"])
    await expectFault(readTable(csv(text)), /line 1 holds only numbers/);
});

it("does not take a first row of missing values and numbers for names", async () => {
  const first = [
    "nan,1",
    "NA,0,1",
    "?,2",
    "inf,1",
    "-Infinity,1",
    ",2",
    ",0",
    "-,1",
    "NaN",
    "NA,NA",
    "2.5%,1/2",
    "\u22123,1",
  ];
  for (const line of first) {
    const width = line.split(",").length;
    const text = `${line}\n${"2,3,4".slice(0, 2 * width - 1)}\n`;
    await expectFault(readTable(csv(text)), /line 1 holds no name.*; where it is data, add --no-header/);
    expect(Object.keys((await table(text, { header: false })).columns)).toHaveLength(width);
    expect((await readTable(csv(text), { header: false })).rows).toBe(2);
  }
  expect((await table(",0,1\n0,5,6\n1,7,8\n")).columns).toEqual({ 0: ["5", "7"], 1: ["6", "8"] });
  expect((await table(",a\n5,6\n")).columns).toEqual({ a: ["6"] });
  expect((await table("x,1\n5,6\n")).columns).toEqual({ x: ["5"], 1: ["6"] });
  expect((await readTable(csv(",\n1,2\n"), { header: false })).rows).toBe(2);
});

it("does not take a first row of numbers and values of the columns for names", async () => {
  const text = "5.1,3.5,setosa\n4.9,3.0,setosa\n6.3,3.3,virginica\n";
  await expectFault(readTable(csv(text)), /line 1 holds numbers and values of its columns \(setosa\).*--no-header/);
  expect((await readTable(csv(text), { header: false })).rows).toBe(3);
  expect((await readTable(csv(text), { header: true })).rows).toBe(2);
  expect((await table("country,2019,2020\nPeru,1,2\n")).columns).toMatchObject({ 2019: ["1"] });
  expect((await table("5.1,setosa\n4.9,virginica\n")).columns).toMatchObject({ setosa: ["virginica"] });
});

it("takes 0, 1 … n − 1 for names as pandas writes them, unless it may as well be a row of labels", async () => {
  expect((await table("0,1,2\n7,8,9\n")).columns).toEqual({ 0: ["7"], 1: ["8"], 2: ["9"] });
  expect((await table("0,1\n1.5,8\n")).columns).toEqual({ 0: ["1.5"], 1: ["8"] });
  expect((await table("0\nred\n")).columns).toEqual({ 0: ["red"] });
  for (const text of ["0\n1\n1\n0\n", "0,1\n1,0\n"])
    await expectFault(readTable(csv(text)), /line 1 may be the columns' names or data.*; add --header or --no-header/);
  expect((await table("0\n1\n1\n", { header: true })).columns).toEqual({ 0: ["1", "1"] });
  expect((await table("0\n1\n1\n", { header: false })).columns).toEqual({ column_0: ["0", "1", "1"] });
});

it("names columns by their number without a header, as those of an array", async () => {
  const path = csv("1,2\n3,4\n");
  expect(await readArray(`${path}:column_1`, { header: false })).toEqual({ data: Float64Array.of(2, 4), shape: [2] });
  expect(await readArray(path, { header: false })).toMatchObject({ shape: [2, 2] });
  await expectFault(
    readTable(csv("1,2\n3\n"), { header: false }),
    /line 2 has 1 cell, expected 2 as in the first line/,
  );
  await expectFault(readArray(`${csv("x,5.1\n3,4\n")}:y`), /it has x, 5\.1; where line 1 is data, add --no-header/);
});

it("reads a header as np.savetxt writes it, trims names, and skips blank lines before them", async () => {
  expect((await table("# a,b c\n1.0e+00,2\n")).columns).toEqual({ a: ["1"], "b c": ["2"] });
  expect((await table("\n\r\n,,\n sl , sw\n1,2\n")).columns).toEqual({ sl: ["1"], sw: ["2"] });
  expect((await table('\n"sl" ,"s,w"\n1,2\n'.replace('" ,', '",'))).columns).toEqual({ sl: ["1"], "s,w": ["2"] });
});

it("leaves out pandas' row numbers and the column after a comma too many, and says so", async () => {
  const { columns, notes } = await table(",a,b,\n0,1,2,\n1,3,4,\n");
  expect(columns).toEqual({ a: ["1", "3"], b: ["2", "4"] });
  expect(notes).toEqual([
    "the first column has no name and numbers the rows: left out",
    "column 4 has no name and no values: left out",
  ]);
  // After a split the numbers are in no order; R begins with 1 and quotes them.
  expect((await table(",a\n7,1\n3,1\n")).columns).toEqual({ a: ["1", "1"] });
  expect((await table('"","a"\n"1",5\n"2",6\n')).columns).toEqual({ a: ["5", "6"] });
  const named = await table(",a\nx,1\ny,2\n");
  expect(named).toEqual({
    columns: { column_0: ["x", "y"], a: ["1", "2"] },
    notes: ["column 1 has no name in the header: called column_0"],
  });
  const { err, out } = await lossary(
    "eval",
    "l2Loss",
    "--predictions",
    csv(",a\n0,1\n1,3\n"),
    "--targets",
    csv("a\n1\n1\n"),
    "--json",
  );
  expect(err).toMatch(/^lossary: note: .*the first column has no name and numbers the rows: left out\n$/);
  expect(JSON.parse(out)).toMatchObject({ value: 2, arguments: { predictions: { shape: [2, 1] } } });
});

it("refuses two columns of one name only where one of them is meant", async () => {
  const path = csv("x,y,x\n1,2,3\n");
  expect(await readArray(path)).toEqual({ data: Float64Array.of(1, 2, 3), shape: [1, 3] });
  expect((await readArray(`${path}:y`)).data).toEqual(Float64Array.of(2));
  await expectFault(readArray(`${path}:x`), /2 columns are called "x"/);
});

it("refuses text that is not UTF-8, and reads what --encoding says", async () => {
  const latin = Buffer.from("a\np\xe9\np\xe8\n", "latin1");
  await expectFault(
    readTable(csv(latin)),
    /line 2 is not UTF-8; name the file's encoding, as in --encoding windows-1252/,
  );
  expect((await table(latin, { encoding: "windows-1252" })).columns).toEqual({ a: ["pé", "pè"] });
  expect((await table(Buffer.from([0x61, 0x0a, 0x80, 0x0a]), { encoding: "windows-1252" })).columns).toEqual({
    a: ["€"],
  });
  expect((await table(Buffer.from([0x61, 0x0a, 0x93, 0xfa, 0x0a]), { encoding: "shift_jis" })).columns).toEqual({
    a: ["日"],
  });
  await expectFault(readTable(csv(latin), { encoding: "shift_jis" }), /is not shift_jis/);
  const unknown = await lossary("compare", csv("a,b\n1,2\n"), "--target", "b", "--encoding", "klingon");
  expect(unknown).toMatchObject({ code: 2, err: expect.stringMatching(/'klingon' is invalid\. Expected an encoding/) });
});

it("reads UTF-16 of either order by its mark", async () => {
  const little = Buffer.from("\ufeffé,b\n1,日\n", "utf16le");
  for (const bytes of [little, Buffer.from(little).swap16()])
    expect((await table(bytes)).columns).toEqual({ é: ["1"], b: ["日"] });
  await expectFault(readTable(csv(Buffer.from("a,b\n1,2\n", "utf16le"))), /holds NUL bytes.*--encoding utf-16le/);
});

it("reads .tsv, and any separator that is named", async () => {
  const { columns } = await readTable(file("tabs.tsv", "a\tb\n1,5\t2\n"));
  expect(columns.map(cellsOf)).toEqual([["1,5"], ["2"]]);
  expect((await table("a;b\n1;2\n", { separator: ";" })).columns).toEqual({ a: ["1"], b: ["2"] });
  expect((await table('a|b\n"1|1"|2\n', { separator: "|" })).columns).toEqual({ a: ["1|1"], b: ["2"] });
  await expectFault(readTable(csv("a;b\n1;2\n")), /separated by ";", expected commas; add --separator ";"/);
});

it("says what the cells of a column look like", async () => {
  const looks = {
    '"1,234,567"': "a number with commas between its digits",
    "$3.20": "an amount with a currency sign",
    "4.5%": "a percentage",
    '"5,1"': "a number with a decimal comma",
    "2024-01-31": "a date",
    "<NA>": "a missing value",
  };
  for (const [cell, look] of Object.entries(looks))
    await expectFault(
      readArray(`${csv(`a,b\n1,2\n${cell},3\n`)}:a`),
      new RegExp(`column "a", row 2 is ".*" \\(${look}\\)`),
    );
});

it("reads NaN of Python and of C, and infinities", async () => {
  const { data } = await readArray(csv("a\nnan\n-nan\nNaN\n-NaN\n1.#IND\n-nan(ind)\ninf\n-Infinity\n1e999\n"));
  const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
  expect([...data]).toEqual([nan, nan, nan, nan, nan, nan, inf, -inf, inf]);
});

it("reads numbers to the last bit, whatever their form", () => {
  const read = (text: string) => {
    const bytes = Buffer.from(`x${text}y`);
    return decimal(bytes, 1, bytes.length - 1);
  };
  // Whole numbers that no double holds stay text.
  const known = (text: string) => {
    const value = Number(text);
    const exact = Number.isFinite(value) && (Math.abs(value) <= Number.MAX_SAFE_INTEGER || /[.e]/.test(text));
    return exact ? value : Number.NaN;
  };
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.nat(20), (value, digits) => {
      for (const text of [
        String(value),
        value.toExponential(),
        value.toPrecision(digits + 1),
        ` ${value.toFixed(digits)}  `,
      ])
        expect(read(text)).toBe(known(text));
      expect(read(value.toExponential())).toBe(value || 0);
    }),
    { seed: 7, numRuns: 2000 },
  );
  for (const text of [
    "0.1",
    "-0",
    "+5.",
    ".5",
    "1e22",
    "1e23",
    "9007199254740991",
    "123456789.123456789e-300",
    "4.9e-324",
  ])
    expect(read(text)).toBe(Number(text));
  for (const text of [
    "",
    " ",
    "-",
    ".",
    "e5",
    "1e",
    "1e+",
    "1.2.3",
    "0x10",
    "1_000",
    "1 2",
    "--1",
    "nan",
    "9007199254740993",
  ])
    expect(read(text)).toBeNaN();
});

it("reads the same, however the bytes are cut and whether cells are quoted", async () => {
  const cell = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
    fc.constantFrom("", "é", "日本", "12", "<NA>", " 7 "),
  );
  const rows = fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(rows, fc.constantFrom("\n", "\r\n", "\r"), async (cells, end) => {
      const expected = [0, 1, 2].map((j) =>
        cells.map((row) => {
          const text = (row[j] as string).trim();
          return text === "" || Number.isNaN(Number(text)) ? text : String(Number(text));
        }),
      );
      for (const quote of ["", '"']) {
        const text = [["a", "b", "c"], ...cells].map((row) => row.map((c) => quote + c + quote).join(",")).join(end);
        const { columns } = await readTable(csv(text));
        expect(columns.map(cellsOf)).toEqual(expected);
      }
    }),
    { seed: 8, numRuns: 60 },
  );
});

it("keeps the numbers of lines over blocks of many kinds", async () => {
  const plain = `1,${"0".repeat(1000)}\n`.repeat(1200);
  const { rows } = await readTable(csv(`a,b\n${plain}"3\n3",4\n${plain}`));
  expect(rows).toBe(2401);
  await expectFault(readTable(csv(`a,b\n${plain}"3\n3",4\n${plain}5\n`)), /line 2404 has 1 cell/);
  await expectFault(readTable(csv(`a,b\n${plain}\r\n"3\r3",4\r${plain}5,"`)), /ends inside a quoted cell/);
});

it("prints a note once, also where both arguments are of one file", async () => {
  const file = csv(",a,b\n5,1,2\n5,3,4\n7,2,2\n");
  for (const args of [
    ["eval", "l2Loss", "--predictions", file, "--targets", file],
    ["kid", file, file],
  ]) {
    const { err, code } = await lossary(...args);
    expect([code, err.match(/column 1 has no name in the header: called column_0/g)?.length]).toEqual([0, 1]);
  }
});
