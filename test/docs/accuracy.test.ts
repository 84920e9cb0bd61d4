/** The accuracy in the header of a kernel, or of a formula that a kernel is made of, is the number that a test asserts. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";

const root = join(import.meta.dirname, "..", "..");
const textOf = (file: string) => readFileSync(join(root, file), "utf8");

/** "Accuracy    4e-7 (f32), 1e-15 (f64) relative …", with the lines that go on. */
const headerOf = (text: string) =>
  /^\/\/ Accuracy +(.+(?:\n\/\/ {4,}.+)*)/m.exec(text)?.[1]?.replace(/\s*\n\/\/\s*/g, " ");

/** What a header says first: a number for each type, or one for both where all is computed in f64. */
function statedIn(header: string): readonly [float32: string, float64: string] | undefined {
  const pair = /(\d[\d.]*e-\d+)(?: γ)? \(f32\), (\d[\d.]*e-\d+)(?: γ)? \(f64\)/.exec(header);
  const single = /\d[\d.]*e-\d+/.exec(header)?.[0];
  return pair ? [pair[1] as string, pair[2] as string] : single ? [single, single] : undefined;
}

const beside = (file: string) =>
  readdirSync(join(root, dirname(file)))
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => join(dirname(file), name));

const literal = (number: string) => new RegExp(`(?<![\\d.])${number.replace(".", "\\.")}(?!\\d)`);

/** Whether a test asserts these: `float32: 4e-7, float64: 1e-15`, or each for itself. */
function asserts(text: string, [float32, float64]: readonly [string, string], named: boolean): boolean {
  if (text.includes(`float32: ${float32}, float64: ${float64}`)) return true;
  const alone = named || float32 === float64 || /"float32",.*\n.*"float64",/.test(text);
  return alone && literal(float32).test(text) && literal(float64).test(text);
}

const kernels = (readdirSync(join(root, "src"), { recursive: true }) as string[])
  .filter((file) => /\.(kernel|formula)\.ts$/.test(file))
  .map((file) => `src/${file.replaceAll("\\", "/")}`)
  .flatMap((file) => {
    const header = headerOf(textOf(file));
    const stated = header && statedIn(header);
    return stated ? [{ file, header, stated }] : [];
  });

it("finds the headers", () => expect(kernels.length).toBeGreaterThan(50));

it.each(kernels)("$file: $stated", ({ file, header, stated }) => {
  const named = /\(asserted in (\S+)\)/.exec(header)?.[1];
  const tests = named ? [named] : beside(file);
  expect(tests.filter((test) => asserts(textOf(test), stated, named !== undefined))).not.toEqual([]);
});
