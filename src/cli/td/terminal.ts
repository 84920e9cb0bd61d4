/** The experiments' outcomes as text. */
import { NO_REPORT } from "../report/place.ts";
import { alignedTable, bullet, wrap } from "../terminal/text.ts";
import type { Finding, Outcome } from "./experiment.ts";

const finding = ({ book, measured, agrees }: Finding): string =>
  `${bullet(book, agrees ? "✓ " : "≠ ")}\n${bullet(measured, "    measured: ")}`;

const section = ({ title, place, findings, table }: Outcome): string => {
  const sides = (table[0] ?? []).map((_, i) => (i === 0 ? "left" : "right") as "left" | "right");
  return [`${title} (${place})`, "", ...findings.map(finding), "", alignedTable(table, sides), ""].join("\n");
};

export const asText = (outcomes: readonly Outcome[], sentence: string, report: string | null): string =>
  [...outcomes.map(section), wrap(sentence), report === null ? NO_REPORT : `Report: ${report}`, ""].join("\n");
