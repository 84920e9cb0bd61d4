const intervals = new Map<string, (value: number) => boolean>();

/** The test for an interval written as "[0, 1)", or for a set, "{0, 1}". NaN lies in none. */
export function interval(range: string): (value: number) => boolean {
  const known = intervals.get(range);
  if (known) return known;
  const inside = parseInterval(range);
  intervals.set(range, inside);
  return inside;
}

/** Whether a text is an interval or set that holds a number. */
export function isInterval(range: string): boolean {
  const set = setOf(range);
  if (set) return !set.some(Number.isNaN);
  const bounds = boundsOf(range);
  return (
    bounds !== null && (bounds.low < bounds.high || (bounds.low === bounds.high && bounds.withLow && bounds.withHigh))
  );
}

const setOf = (range: string): number[] | undefined => /^\{(.+)\}$/.exec(range)?.[1]?.split(",").map(Number);

function boundsOf(range: string) {
  const match = /^([[(])\s*(\S+),\s*(\S+)\s*([\])])$/.exec(range);
  if (!match) return null;
  const [, open, low, high, close] = match as unknown as [string, string, string, string, string];
  const bound = (text: string) => Number(text.replace("−", "-").replace("∞", "Infinity"));
  return { low: bound(low), high: bound(high), withLow: open === "[", withHigh: close === "]" };
}

function parseInterval(range: string): (value: number) => boolean {
  const set = setOf(range);
  if (set) return (value) => set.includes(value);
  const bounds = boundsOf(range);
  if (!bounds) throw new Error(`internal: "${range}" is not an interval`);
  const { low, high, withLow, withHigh } = bounds;
  return (value) => (withLow ? value >= low : value > low) && (withHigh ? value <= high : value < high);
}
