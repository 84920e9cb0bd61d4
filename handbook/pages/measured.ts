/** The benchmark's rows of a page, from the results the benchmark wrote. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { peers, type Results, settingsOf } from "../../bench/results.ts";
import type { Language } from "../kit/widget.ts";
import { type Page, root } from "./source.ts";
import { words } from "./words.ts";

export const results = JSON.parse(readFileSync(join(root, "bench", "results.json"), "utf8")) as Results;

export function measuredTable({ front, language, file }: Page): string {
  const say = words[language];
  const rows = (front.bench ?? []).map((name) => {
    const row = results.rows.find((candidate) => candidate.name === name);
    if (!row) throw new Error(`${file}: bench/results.json has no row "${name}"`);
    return row;
  });
  if (rows.length === 0) return say.notMeasured;
  const shown = peers.filter((peer) => rows.some(({ ms }) => ms[peer] !== undefined));
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const body = rows.map(({ name, ms }) => {
    const ours = ms.Lossary as number;
    return line([
      name,
      ours.toFixed(ours < 10 ? 2 : 1),
      ...shown.map((peer) => (ms[peer] === undefined ? "–" : `${(ms[peer] / ours).toFixed(1)}×`)),
    ]);
  });
  return [
    line([say.row, `Lossary ${say.ours}`, ...shown]),
    line(["---", "---:", ...shown.map(() => "---:")]),
    ...body,
    "",
    say.measuredBy(settingsOf(rows)),
  ].join("\n");
}

/** The page of the whole benchmark. */
export function speedPage(language: Language): string {
  const title = language === "en" ? "Speed" : "速度";
  const intro =
    language === "en"
      ? "Value and gradient of every measured loss, Lossary beside its peers."
      : "每一个测过的损失的值与梯度：Lossary 与各家并列。";
  const front = { title, functions: [], widget: "", bench: results.rows.map(({ name }) => name) };
  const table = measuredTable({ stem: "speed", family: "", language, file: "guides/speed.md", front, body: "" });
  return `---\ntitle: ${title}\npageClass: speed\n---\n\n# ${title}\n\n${intro}\n\n${table}\n`;
}
