/** Soft minima of distances between two clouds, alone or together with those of the transposed problem, and their gradients. */

import type { Pass } from "../../../contract/loss.ts";
import { take } from "../../../kernel/arena.ts";
import { after, type Pointer } from "../../../kernel/kernels.ts";
import { type Operand, viewOf } from "../../../tensor/stage.ts";
import { bytesPerElement } from "../../../tensor/tensor.ts";

/** A cloud in kernel memory: as it came, and coordinate by coordinate for the soft minima over its points. */
export interface Cloud {
  readonly points: Pointer;
  readonly transposed: Pointer;
  /** Bytes of a coordinate, padded. */
  readonly stride: number;
  readonly n: number;
  readonly shares: Float64Array | undefined;
  /** log of each mass over the equal one. */
  readonly logs: Float64Array | undefined;
}

/** One of the four problems: soft minima for the points of `from` over those of `over`. */
interface Side {
  readonly from: Cloud;
  readonly over: Cloud;
  /** dᵖ of every pair, or nowhere: made anew each time. */
  readonly powers: Pointer;
}

export interface Term extends Side {
  readonly potentials: Float64Array;
}

/** Sums of exponentials that are trusted: none of their terms has left the range of f32 and matters. */
const [LEAST_SUM, MOST_SUM] = [1e-20, 1e30];

export type Machine = Pick<Pass, "kernel" | "dtype" | "take">;

export function cloudOf({ pointer, shape }: Operand, shares: Float64Array | undefined, { kernel }: Machine): Cloud {
  const [n, d] = shape as [number, number];
  const stride = kernel.softminStride(n);
  const transposed = take("bytes", d * stride);
  kernel.transposePoints(pointer, n, d, stride, transposed);
  const logs = shares?.map((share) => Math.log(share * n));
  return { points: pointer, transposed, stride, n, shares, logs };
}

/** Soft minima and their gradients, through one set of working rows. */
export function softMinimum(clouds: readonly Cloud[], d: number, p: number, { kernel, dtype }: Machine) {
  const stride = Math.max(...clouds.map((cloud) => cloud.stride));
  const longest = Math.max(...clouds.map(({ n }) => n));
  const [h, base] = [take("bytes", stride), take("bytes", stride)];
  const [given, out] = [take("float64", longest), take("float64", longest)];
  const columnSums = take("float64", stride / bytesPerElement(dtype));
  const workspace = take("bytes", kernel.softminWorkspace(stride));
  const prepare = (over: Cloud, potentials: Float64Array, inverse: number) => {
    const exponents = viewOf(given, over.n, "float64");
    exponents.set(potentials);
    over.logs?.forEach((log, j) => {
      exponents[j] = (exponents[j] as number) + log / inverse;
    });
    kernel.exponentBase(given, over.n, over.stride, inverse, h);
  };
  const values = (
    { from: { points, n }, over, powers }: Side,
    potentials: Float64Array,
    temperature: number,
  ): Float64Array => {
    const inverse = 1 / temperature;
    prepare(over, potentials, inverse);
    kernel.softmin(powers, points, over.transposed, h, n, d, over.stride, inverse, p, out, workspace);
    return viewOf(out, n, "float64").slice();
  };
  /** One soft minimum by itself. */
  const single = ({ from, over, powers }: Side, i: number, potentials: Float64Array, temperature: number) => {
    const points = after(from.points, i * d * bytesPerElement(dtype));
    const side = { from: { ...from, points, n: 1 }, over, powers: after(powers, i * over.stride) };
    return values(side, potentials, temperature)[0] as number;
  };
  /** Sums of the exponentials that a term and its transpose share, of rows and of columns, each with what was added to its exponents. */
  const jointSums = (term: Term, other: Term, temperature: number, self: boolean) => {
    const [{ from, over, powers }, inverse] = [term, 1 / temperature];
    const a = viewOf(base, from.n, dtype);
    for (let i = 0; i < from.n; i++) a[i] = (term.potentials[i] as number) * inverse + (from.logs?.[i] ?? 0);
    prepare(over, other.potentials, inverse);
    kernel.softminBoth(
      powers,
      from.points,
      over.transposed,
      base,
      h,
      from.n,
      d,
      over.stride,
      inverse,
      p,
      self,
      out,
      columnSums,
      workspace,
    );
    return {
      rows: { sums: viewOf(out, from.n, "float64").slice(), added: Float64Array.from(a) },
      columns: {
        sums: viewOf(columnSums, over.n, "float64").slice(),
        added: Float64Array.from(viewOf(h, over.n, dtype), (value) => value + Math.log(from.n)),
      },
    };
  };
  /** ε (added − log sum), by itself where a sum is so large or small that exponentials may have left their range. */
  const finish = (
    { sums, added }: { readonly sums: Float64Array; readonly added: Float64Array },
    term: Side,
    potentials: Float64Array,
    temperature: number,
  ) =>
    sums.map((sum, i) =>
      sum > LEAST_SUM && sum < MOST_SUM
        ? temperature * ((added[i] as number) - Math.log(sum))
        : single(term, i, potentials, temperature),
    );
  return {
    /** Soft minima of a term and of its transpose. */
    both(term: Term, other: Term, temperature: number): [Float64Array, Float64Array] {
      const { rows, columns } = jointSums(term, other, temperature, false);
      return [finish(rows, term, other.potentials, temperature), finish(columns, other, term.potentials, temperature)];
    },
    /** Soft minima of a term that is its own transpose. */
    self(term: Term, temperature: number): Float64Array {
      const { rows, columns } = jointSums(term, term, temperature, true);
      const sums = rows.sums.map((sum, i) => sum + (columns.sums[i] as number));
      return finish({ ...rows, sums }, term, term.potentials, temperature);
    },
    values,
    powers({ points, n }: Cloud, { transposed, stride }: Cloud): Pointer {
      const pointer = take("bytes", n * stride);
      kernel.powerRows(points, transposed, n, d, stride, p, pointer);
      return pointer;
    },
    addGradient(
      { from: { points, n }, over, powers }: Side,
      potentials: Float64Array,
      temperature: number,
      scale: number,
      sums: Pointer,
    ): void {
      const inverse = 1 / temperature;
      prepare(over, potentials, inverse);
      const { transposed, stride } = over;
      kernel.softminGradient(powers, points, transposed, h, n, d, stride, inverse, p, sums, scale, workspace);
    },
  };
}
