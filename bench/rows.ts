/** Every row of the benchmark, and which of them are asked for. */
import { classification } from "./classification.ts";
import { dense } from "./dense.ts";
import { detection } from "./detection.ts";
import { distribution } from "./distribution.ts";
import { embedding } from "./embedding.ts";
import { image } from "./image.ts";
import { pairLosses } from "./pairs.ts";
import { regression } from "./regression.ts";
import { grouped } from "./results.ts";
import type { Row } from "./row.ts";
import { scores } from "./scores.ts";
import { segmentation } from "./segmentation.ts";
import { similarity } from "./similarity.ts";

export const rows: readonly Row[] = [
  classification,
  dense,
  regression,
  embedding,
  similarity,
  pairLosses,
  detection,
  segmentation,
  image,
  distribution,
  scores,
].flat();

/** What a row is found by. */
interface Named {
  readonly name: string;
  readonly loss: { readonly spec: { readonly name: string } };
}

/** Whether a text asks for a row: as its loss's public name, or as part of the row's own. */
const asksFor = (text: string, { name, loss }: Named) =>
  loss.spec.name.toLowerCase() === text.toLowerCase() || name.toLowerCase().includes(text.toLowerCase());

/** Whether a row is asked for by any of the texts; refuses a text that asks for none. */
export function wantedBy(texts: readonly string[] | undefined, all: readonly Named[]): (row: Named) => boolean {
  if (!texts) return () => true;
  const stray = texts.find((text) => text === "" || !all.some((row) => asksFor(text, row)));
  if (stray !== undefined)
    throw new RangeError(
      `--only: "${stray}" is neither a loss that is measured nor part of a row's name; there are\n${listed(all)}`,
    );
  return (row) => texts.some((text) => asksFor(text, row));
}

/** Rows by loss, a loss a line. */
function listed(all: readonly Named[]): string {
  const byLoss = grouped(all, ({ loss }) => loss.spec.name);
  return [...byLoss].map(([loss, of]) => `  ${loss}: ${of.map(({ name }) => name).join("; ")}`).join("\n");
}
