/** Two histograms: p, painted in its place, and q, painted and slid along. What KL, Jensen–Shannon and Wasserstein show. */
import * as Plot from "@observablehq/plot";
import { jensenShannonDivergence, klDivergence, wassersteinDistance } from "lossary";
import { colour, type Handle, literals, type Slider } from "../../kit/widget.ts";

/** Bars of each histogram, the bins q may be slid, and the bins of the axis. */
const own = 5;
export const farthest = 6;
export const bins = own + farthest;
const most = 10;

export interface Histograms {
  readonly p: readonly number[];
  readonly q: readonly number[];
  /** Bins that q is slid to the right. */
  readonly shift: number;
}

export const shiftSlider: Slider = {
  kind: "slider",
  label: { en: "slide q", zh: "推动q" },
  min: 0,
  max: farthest,
  step: 1,
};

/** Masses over the whole axis. */
const spread = (masses: readonly number[], shift: number): number[] =>
  Array.from({ length: bins }, (_, i) => masses[i - shift] ?? 0);

const shares = (masses: readonly number[]): number[] => {
  const total = masses.reduce((a, b) => a + b, 0);
  return masses.map((mass) => mass / total);
};

export const positions = Array.from({ length: bins }, (_, i) => i);

/** Both distributions, and what the three say of them. */
export function compare({ p, q, shift }: Histograms, power = 1) {
  const [first, second] = [shares(spread(p, 0)), shares(spread(q, shift))];
  return {
    p: first,
    q: second,
    forward: klDivergence([first], [second]),
    backward: klDivergence([second], [first]),
    js: jensenShannonDivergence([first], [second]),
    transport: wassersteinDistance(positions, positions, { p: power, uWeights: first, vWeights: second }),
  };
}

/** The lines of copied code that make p and q. */
export const preamble = ({
  p,
  q,
  shift,
}: Histograms): string => `const shares = (masses: number[]) => masses.map((mass) => mass / masses.reduce((a, b) => a + b));
const p = shares(${literals(spread(p, 0))});
const q = shares(${literals(spread(q, shift))});`;

/** A bar's handle sets its mass; the last bar that is left cannot be emptied. */
export function barHandles<S extends Histograms>(state: S, top: (share: number, of: "p" | "q") => number): Handle<S>[] {
  const { p, q } = compare(state);
  return (["p", "q"] as const).flatMap((name) =>
    state[name].map((_, i) => {
      const bin = name === "p" ? i : i + state.shift;
      const all = (name === "p" ? p : q) as readonly number[];
      return {
        id: `${name}${i}`,
        label: { en: `${name}, bar ${i + 1}`, zh: `${name}的第${i + 1}根柱` },
        x: bin + (name === "p" ? -0.2 : 0.2),
        y: top(all[bin] as number, name),
        axis: "y" as const,
        step: name === "q" && top(1, "q") < 0 ? -0.02 : 0.02,
        role: name === "p" ? ("target" as const) : ("prediction" as const),
        move: (_x: number, y: number) => {
          // A share of all mass; the others keep their masses, so this one becomes what makes it so.
          const share = Math.min(Math.max((y - top(0, name)) / (top(1, name) - top(0, name)), 0), 0.9);
          const rest = state[name].reduce((sum, mass, k) => (k === i ? sum : sum + mass), 0);
          if (rest === 0) return state;
          const mass = share < 0.01 ? 0 : (share / (1 - share)) * rest;
          const masses = state[name].map((old, k) => (k === i ? mass : old));
          const scale = most / Math.max(...masses);
          return { ...state, [name]: masses.map((value) => Number((value * scale).toPrecision(4))) };
        },
      };
    }),
  );
}

/** Bars of one distribution, beside those of the other. */
export const bars = (shares: readonly number[], of: "p" | "q", baseline = 0, sign = 1) =>
  Plot.rectY(shares, {
    x1: (_: number, i: number) => i + (of === "p" ? -0.4 : 0),
    x2: (_: number, i: number) => i + (of === "p" ? 0 : 0.4),
    y1: baseline,
    y2: (share: number) => baseline + sign * share,
    fill: of === "p" ? colour.target : colour.prediction,
    fillOpacity: 0.75,
  });

/** How the three grow as q is slid; the KL that is infinite leaves the picture. */
export function slideCurves(state: Histograms) {
  return Array.from({ length: farthest + 1 }, (_, shift) => {
    const { forward, js, transport } = compare({ ...state, shift });
    return { shift, forward, js, transport };
  });
}
