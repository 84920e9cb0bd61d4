/** Random inputs for any loss, made from what its specification says about its arguments. */
import type { ArgumentSpec, LossSpec } from "../contract/spec.ts";
import type { Random } from "../random.ts";
import { sizeOf } from "../tensor/tensor.ts";

export { sizeOf } from "../tensor/tensor.ts";

/** An input in plain numbers: what references are written for. */
export interface Sample {
  readonly data: number[];
  readonly shape: readonly number[];
}

/** Lengths of the symbols; `rest` is what "..." stands for. */
export interface Lengths {
  readonly [symbol: string]: number | readonly number[];
  readonly rest: readonly number[];
}

/** Draws one number of an argument. */
export type Draw = (random: Random, lengths: Lengths, index: number) => number;

const tokens = (symbolic: string) => symbolic.split(" ").filter(Boolean);

export function concrete(symbolic: string, lengths: Lengths): number[] {
  return tokens(symbolic).flatMap((token) =>
    token === "..." ? [...lengths.rest] : [/^\d+$/.test(token) ? Number(token) : (lengths[token] as number)],
  );
}

/** Shapes that reach every loop and tail of a kernel: each symbol runs through 1…19 while the others stay small. */
export function lengthsToTry({ arguments: specs }: LossSpec): Lengths[] {
  const symbols = [...new Set(specs.flatMap(({ shape }) => tokens(shape)))].filter((token) => /^[A-Z]/.test(token));
  const hasRest = specs.some(({ shape }) => tokens(shape).includes("..."));
  const small = Object.fromEntries(symbols.map((symbol, i) => [symbol, 3 + i]));
  const runs = Array.from({ length: 19 }, (_, i) => i + 1);
  return [
    ...symbols.flatMap((symbol) => runs.map((length) => ({ ...small, [symbol]: length, rest: [] as number[] }))),
    ...(hasRest ? runs.map((length) => ({ ...small, rest: [length] })) : []),
    ...(hasRest
      ? [
          { ...small, rest: [2, 5] },
          { ...small, rest: [131] },
        ]
      : []),
    ...symbols.map((symbol) => ({ ...small, [symbol]: 131, rest: [] as number[] })),
  ];
}

const drawByKind: Record<ArgumentSpec["kind"], Draw> = {
  float: (random) => 2 * random.normal(),
  probability: (random) => 0.02 + 0.96 * random.uniform(),
  sign: (random) => (random.uniform() < 0.5 ? -1 : 1),
  index: (random, lengths) => random.below(lengths.C as number),
  box: (random, _, index) => (index % 4 < 2 ? 0 : 1) + random.uniform(),
  list: (random) => random.normal(),
  state: () => Number.NaN,
};

/** Random inputs; numbers are rounded to f32 so that both float types compute the same thing. */
export function drawInputs(
  spec: Pick<LossSpec, "arguments">,
  lengths: Lengths,
  random: Random,
  draws: Readonly<Record<string, Draw>> = {},
): Sample[] {
  return spec.arguments.map(({ name, shape, kind }) => {
    const size = sizeOf(concrete(shape, lengths));
    const draw = draws[name] ?? drawByKind[kind];
    const data = Array.from({ length: size }, (_, i) => Math.fround(draw(random, lengths, i)));
    return { data, shape: concrete(shape, lengths) };
  });
}

/** Which entries of the unreduced value an element of an argument may influence. */
export function influenced(argument: string, unreduced: string, index: number, lengths: Lengths): Set<number> {
  const coordinatesOf = (symbolic: string, flat: number) => {
    const shape = concrete(symbolic, lengths);
    const at: number[] = [];
    let rest = flat;
    for (const length of [...shape].reverse()) {
      at.unshift(rest % length);
      rest = Math.floor(rest / length);
    }
    const named: Record<string, number> = {};
    for (const token of tokens(symbolic)) {
      const span = token === "..." ? lengths.rest.length : 1;
      for (let i = 0; i < span; i++) named[`${token}${i}`] = at.shift() as number;
    }
    return named;
  };
  const own = coordinatesOf(argument, index);
  const all = Array.from({ length: sizeOf(concrete(unreduced, lengths)) }, (_, i) => i);
  return new Set(
    all.filter((flat) =>
      Object.entries(coordinatesOf(unreduced, flat)).every(([name, at]) => own[name] === undefined || own[name] === at),
    ),
  );
}
