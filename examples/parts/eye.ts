/**
 * A small network that sees as early vision does, and that needs no training: a layer of edges in four directions and four
 * phases, beside a blur, and a layer that mixes their answers at half the size, by weights drawn from a seed.
 */
import { seeded } from "./random.ts";

/** A convolution: filters [out, in, side, side], all numbers one after the other, and its stride. A ramp follows. */
export interface Layer {
  readonly name: string;
  readonly out: number;
  readonly in: number;
  readonly side: number;
  readonly stride: number;
  readonly filters: readonly number[];
}

const SIDE = 5;
const DIRECTIONS = 4;
const PHASES = 4;
const MIXED = 16;

/** A wave under a bell, or the bell alone, at the place (x, y) from its middle. */
type Filter = (x: number, y: number) => number;

const bell: Filter = (x, y) => Math.exp(-(x * x + y * y) / 2);
const wave =
  (direction: number, phase: number): Filter =>
  (x, y) =>
    bell(x, y) * Math.cos((2 * Math.PI * (x * Math.cos(direction) + y * Math.sin(direction))) / 3 + phase);

function sample(filter: Filter): number[] {
  const half = (SIDE - 1) / 2;
  const values = Array.from({ length: SIDE * SIDE }, (_, i) => filter((i % SIDE) - half, Math.floor(i / SIDE) - half));
  const size = values.reduce((sum, value) => sum + Math.abs(value), 0);
  return values.map((value) => value / size);
}

const waves = Array.from({ length: DIRECTIONS * PHASES }, (_, i) =>
  wave((Math.floor(i / PHASES) * Math.PI) / DIRECTIONS, ((i % PHASES) * 2 * Math.PI) / PHASES),
);

function mixing(inputs: number, side: number): number[] {
  const random = seeded(17);
  const scale = Math.sqrt(2 / (inputs * side * side));
  return Array.from({ length: MIXED * inputs * side * side }, () => scale * random.normal());
}

const EDGES = waves.length + 1;

export const LAYERS: readonly [edges: Layer, mixtures: Layer] = [
  { name: "edges", out: EDGES, in: 1, side: SIDE, stride: 1, filters: [...waves, bell].flatMap(sample) },
  { name: "mixtures", out: MIXED, in: EDGES, side: 3, stride: 2, filters: mixing(EDGES, 3) },
];

/** What the examples compare. */
export const COMPARED = { layers: LAYERS.map(({ name }) => name), weights: [10, 10] };
