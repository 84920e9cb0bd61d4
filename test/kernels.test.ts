/** How kernels are put together: what is shipped does not depend on which objects were at hand. */
import { existsSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";

interface Objects {
  compile(path: string): Promise<Uint8Array>;
  kernelFiles(): string[];
  objectPath(path: string): string;
  objectPaths(): string[];
}

interface Formulas {
  readonly formulaKernels: Readonly<Record<string, unknown>>;
  formulaObjectPath(name: string): string;
  formulaObjectPaths(): string[];
  signaturesIn(bytes: Uint8Array): string[];
}

interface Module {
  interfaceModule(files: readonly string[], sharedAt: number, formulas: readonly string[]): string;
  link(parts: readonly Uint8Array[]): Uint8Array;
}

const script = (name: string) => import(new URL(`../scripts/${name}.mjs`, import.meta.url).href);
const { compile, kernelFiles, objectPath, objectPaths } = (await script("kernelObjects")) as Objects;
const { formulaKernels, formulaObjectPath, formulaObjectPaths, signaturesIn } = (await script(
  "formulaKernels",
)) as Formulas;
const { formulaObject } = (await script("formulaModule")) as { formulaObject(name: string): Promise<Uint8Array> };
const { interfaceModule, link } = (await script("kernels")) as Module;
const built = (name: string) => readFileSync(new URL(`../build/${name}`, import.meta.url));

it("makes the module from the kept objects, byte for byte", () => {
  const paths = [...objectPaths(), ...formulaObjectPaths()];
  expect(paths.every((path) => existsSync(path))).toBe(true);
  expect(built("kernels.wasm").equals(link(paths.map((path) => readFileSync(path))))).toBe(true);
});

it("makes the same object anew, whatever was compiled before it", async () => {
  const file = (stem: string) => kernelFiles().find((path) => path.endsWith(`/${stem}.kernel.ts`)) as string;
  for (const path of [file("huberLoss"), file("transpose"), file("l1Loss")])
    expect(readFileSync(objectPath(path)).equals(await compile(path))).toBe(true);
});

it("has a kernel of each formula as it now is, the same whenever it is made", async () => {
  for (const name of Object.keys(formulaKernels))
    expect(readFileSync(formulaObjectPath(name)).equals(await formulaObject(name))).toBe(true);
});

it("gives every parameter its type: addresses, numbers, switches", () => {
  const formulas = formulaObjectPaths().flatMap((path) => signaturesIn(readFileSync(path)));
  const text = interfaceModule(kernelFiles(), 0, formulas);
  expect(text).toMatch(/ {2}huber\(p: Pointer, t: Pointer, n: number, /);
  expect(text).toMatch(/ {2}l2\(predictions: Pointer, targets: Pointer, n: number, values: Pointer, /);
  expect(text).toMatch(/skipBlank: boolean\): number;/);
  expect(text.replace(/sharedAt = \d+/, "")).toBe(
    built("kernels.ts")
      .toString()
      .replace(/sharedAt = \d+/, ""),
  );
});
