/** Kernels take their parameters in one order: inputs, dims, options, values, gradients, scale, upstream, workspace. */
import { expect, it } from "vitest";

interface Signature {
  readonly name: string;
  readonly parameters: readonly (readonly [name: string, type: string])[];
}

const script = await import(new URL("../../scripts/kernelObjects.mjs", import.meta.url).href);
const { kernelFiles, isCompiled, signatures } = script as {
  kernelFiles(): string[];
  isCompiled(path: string): boolean;
  signatures(path: string): Signature[];
};

const set = (names: string) => new Set(names.split(" "));

const strides = set("aRow aColumn bRow bColumn xRow xColumn");
const dims = set(
  "n m k d c i j rows columns classes inner outer middle period first count stride toStride rowStep columnStep pairs " +
    "positiveCount negativeCount height width depth deep regions words masks groups samples",
);
const arrayOptions = set("weights alphas q samples");
const values = set(
  "values out to map c x y z u v norms points lengths pivots diagonal off tau from shipped powers rowSums columnSums sorted " +
    "order moved state tops peaks sums cosines gaps pairs far near positives negatives counts cost matches shares attention " +
    "columns indices h",
);
const gradients = /^(d[a-z]{1,2}|dbias|gradient|factors|pulls|sums|to[APN])$/;
const scales = set("scale factor");
const workspaces = set("workspace work row tile state sums cosines tops before tau rotations sweeps panel");

/** No kernel reads these, but for one that writes where it reads, and then they come first. */
const written = /^(d[a-z]{1,2}|dbias|to[APN]|values|upstream|workspace)$/;

/** Each group in its turn, with what may stand in it; a name may be known to several. */
const groups: readonly (readonly [name: string, has: (name: string, pointer: boolean, first: boolean) => boolean])[] = [
  ["inputs", (name, pointer, first) => (pointer ? first || !written.test(name) : strides.has(name))],
  ["dims", (name, pointer) => !pointer && dims.has(name)],
  ["options", (name, pointer) => (pointer ? arrayOptions.has(name) : !dims.has(name) || name === "c")],
  ["values", (name, pointer) => pointer && values.has(name)],
  ["gradients", (name, pointer) => pointer && gradients.test(name)],
  ["scale", (name, pointer) => !pointer && scales.has(name)],
  ["upstream", (name, pointer) => pointer && name === "upstream"],
  ["workspace", (name, pointer) => pointer && workspaces.has(name)],
];

/** What is wrong with the order: the first parameter that no group from its predecessor's on has. */
function fault(file: string, { name: kernel, parameters }: Signature): string | undefined {
  let at = 0;
  for (const [place, [name, type]] of parameters.entries()) {
    const fits = groups.map(([, has]) => has(name, type === "usize", place === 0));
    const next = fits.findIndex((fit, group) => fit && group >= at);
    if (next < 0) {
      const own = groups.filter((_, group) => fits[group]).map(([group]) => group);
      return `${file}: ${kernel}: ${name} stands among ${groups[at]?.[0]}, expected among ${own.join(" or ")}`;
    }
    at = next;
  }
  return undefined;
}

const parsed = (name: string, list: string): Signature => ({
  name,
  parameters: list.split(", ").map((parameter) => parameter.split(": ") as [string, string]),
});

it("names a parameter that stands elsewhere", () => {
  const of = (list: string) => fault("a.kernel.ts", parsed("kernel", list));
  expect(of("p: usize, t: usize, n: i32, delta: f64, values: usize, dp: usize, scale: f64, upstream: usize")).toBe(
    undefined,
  );
  expect(of("p: usize, n: i32, t: usize")).toContain("kernel: t stands among dims, expected among inputs");
  expect(of("p: usize, dp: usize, t: usize")).toContain("kernel: t stands among gradients, expected among inputs");
  expect(of("p: usize, delta: f64, n: i32")).toContain("n stands among options, expected among dims");
  expect(of("p: usize, n: i32, values: usize, delta: f64")).toContain("delta stands among values");
  expect(of("p: usize, n: i32, dp: usize, values: usize")).toContain("values stands among gradients");
  expect(of("p: usize, n: i32, upstream: usize, scale: f64")).toContain("scale stands among upstream");
  expect(of("p: usize, n: i32, workspace: usize, upstream: usize")).toContain("upstream stands among workspace");
});

it("has one order in every kernel", () => {
  const kernels = kernelFiles()
    .filter(isCompiled)
    .flatMap((file) => signatures(file).map((signature) => ({ file, signature })));
  expect(kernels.length).toBeGreaterThan(120);
  expect(kernels.map(({ file, signature }) => fault(file, signature)).filter(Boolean)).toEqual([]);
});
