const intervals = new Map<string, (value: number) => boolean>();

/** The test for an interval written as "[0, 1)", or for a set, "{0, 1}". NaN lies in none. */
export function interval(range: string): (value: number) => boolean {
  const known = intervals.get(range);
  if (known) return known;
  const inside = parseInterval(range);
  intervals.set(range, inside);
  return inside;
}

function parseInterval(range: string): (value: number) => boolean {
  const set = /^\{(.+)\}$/.exec(range)?.[1]?.split(",").map(Number);
  if (set) return (value) => set.includes(value);
  const match = /^([[(])\s*(\S+),\s*(\S+)\s*([\])])$/.exec(range);
  if (!match) throw new Error(`internal: "${range}" is not an interval`);
  const [, open, lowText, highText, close] = match as unknown as [string, string, string, string, string];
  const bound = (text: string) => Number(text.replace("−", "-").replace("∞", "Infinity"));
  const [low, high] = [bound(lowText), bound(highText)];
  return (value) => (open === "[" ? value >= low : value > low) && (close === "]" ? value <= high : value < high);
}
