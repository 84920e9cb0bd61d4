/** A toy generator: features of sixteen dimensions around three modes, drawn from a seed. What FID and KID show. */
import * as Plot from "@observablehq/plot";
import { type Control, colour } from "../../kit/widget.ts";

export const dimension = 16;
const centres = [
  [-3, -2],
  [3, -2],
  [0, 3.4],
] as const;

export interface Generator {
  readonly samples: number;
  /** Share of the third mode that is still generated. */
  readonly third: number;
  readonly kind: string;
  readonly seed: number;
}

export const generatorControls = {
  samples: { kind: "slider", label: { en: "samples of each set", zh: "每组的样本数" }, min: 10, max: 1000, step: 10 },
  third: {
    kind: "slider",
    label: { en: "what is left of the third mode", zh: "第三个模式还剩多少" },
    min: 0,
    max: 1,
    step: 0.1,
  },
  kind: {
    kind: "choice",
    label: { en: "generator", zh: "生成器" },
    choices: [
      { value: "modes", label: { en: "three modes", zh: "三个模式" } },
      { value: "gaussian", label: { en: "one Gaussian of equal mean and covariance", zh: "均值与协方差相同的高斯" } },
    ],
  },
  seed: { kind: "slider", label: { en: "seed", zh: "种子" }, min: 1, max: 20, step: 1 },
} as const satisfies Record<string, Control>;

/** Uniform and standard normal numbers from a seed: mulberry32 and Box–Muller. The copied code has the same lines. */
function seeded(seed: number) {
  let s = seed;
  const uniform = () => {
    s = (s + 0x6d2b79f5) | 0;
    let t = Math.imul(s ^ (s >>> 15), 1 | s);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return { uniform, normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()) };
}

/** Spread of a mode. */
const spread = 0.6;
/** Variances of the three modes together, and their mean along the second axis. */
const whole = { x: 6 + spread ** 2, y: 6.48 + spread ** 2, middle: -0.2 };

/** A mode for each sample: the third has its share `third` of a third left, the others what it lost. */
const modeOf = (u: number, third: number) => (u < third / 3 ? 2 : u < (1 + third / 3) / 2 ? 1 : 0);

export function draw(count: number, seed: number, third: number, gaussian: boolean): number[][] {
  const { uniform, normal } = seeded(seed);
  return Array.from({ length: count }, () => {
    const [x, y] = centres[modeOf(uniform(), third)] as readonly [number, number];
    const [a, b, ...rest] = Array.from({ length: dimension }, normal) as [number, number, ...number[]];
    const own = gaussian
      ? [Math.sqrt(whole.x) * a, whole.middle + Math.sqrt(whole.y) * b]
      : [x + spread * a, y + spread * b];
    return [...own, ...rest];
  });
}

export const realOf = ({ samples, seed }: Generator) => draw(samples, 1000 + seed, 1, false);
export const generatedOf = ({ samples, seed, third, kind }: Generator, again = 0) =>
  draw(samples, 2000 + seed + 100 * again, third, kind === "gaussian");

/** The lines of copied code that make both sets. */
export const preamble = ({ samples, seed, third, kind }: Generator): string => `const seeded = (s: number) => {
  const uniform = () => {
    s = (s + 0x6d2b79f5) | 0;
    let t = Math.imul(s ^ (s >>> 15), 1 | s);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return { uniform, normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()) };
};
const centres = ${JSON.stringify(centres)};
const modeOf = (u: number, third: number) => (u < third / 3 ? 2 : u < (1 + third / 3) / 2 ? 1 : 0);
const draw = (count: number, seed: number, third: number, gaussian: boolean) => {
  const { uniform, normal } = seeded(seed);
  return Array.from({ length: count }, () => {
    const [x, y] = centres[modeOf(uniform(), third)];
    const [a, b, ...rest] = Array.from({ length: ${dimension} }, normal);
    const own = gaussian ? [${Math.sqrt(whole.x)} * a, ${whole.middle} + ${Math.sqrt(whole.y)} * b] : [x + ${spread} * a, y + ${spread} * b];
    return [...own, ...rest];
  });
};
const real = draw(${samples}, ${1000 + seed}, 1, false);
const generated = draw(${samples}, ${2000 + seed}, ${third}, ${kind === "gaussian"});`;

/** The ellipse of two standard deviations of the first two features. */
function ellipse(points: readonly (readonly number[])[]): [number, number][] {
  const n = points.length;
  const mean = [0, 1].map((k) => points.reduce((sum, p) => sum + (p[k] as number), 0) / n) as [number, number];
  const co = (j: 0 | 1, k: 0 | 1) =>
    points.reduce((sum, p) => sum + ((p[j] as number) - mean[j]) * ((p[k] as number) - mean[k]), 0) / (n - 1);
  // Covariance = L Lᵀ; L carries the circle onto the ellipse.
  const a = Math.sqrt(co(0, 0));
  const b = co(0, 1) / a;
  const c = Math.sqrt(Math.max(co(1, 1) - b * b, 0));
  return Array.from({ length: 61 }, (_, i) => {
    const [u, v] = [2 * Math.cos((i * Math.PI) / 30), 2 * Math.sin((i * Math.PI) / 30)];
    return [mean[0] + a * u, mean[1] + b * u + c * v];
  });
}

/** Both sets in their first two features, each with its ellipse. */
export const cloudMarks = (real: readonly (readonly number[])[], generated: readonly (readonly number[])[]) => [
  Plot.dot(real.slice(0, 300), {
    x: (p: number[]) => p[0],
    y: (p: number[]) => p[1],
    r: 2,
    stroke: colour.target,
    strokeOpacity: 0.6,
  }),
  Plot.dot(generated.slice(0, 300), {
    x: (p: number[]) => p[0],
    y: (p: number[]) => p[1],
    r: 2,
    fill: colour.prediction,
    fillOpacity: 0.6,
  }),
  Plot.line(ellipse(real), { stroke: colour.target, strokeWidth: 2, strokeDasharray: "6 3" }),
  Plot.line(ellipse(generated), { stroke: colour.prediction, strokeWidth: 2 }),
];

export const cloudAxes = {
  x: { domain: [-7.5, 7.5], ticks: [], label: null },
  y: { domain: [-6.5, 6.5], ticks: [], label: null },
  marginLeft: 10,
  marginRight: 10,
  marginTop: 10,
  marginBottom: 10,
} as const;
