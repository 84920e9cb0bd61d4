/** The report: one self-contained page that runs nothing. */

import { colourOf } from "../../report/colours.ts";
import { documentOf } from "../../report/document.ts";
import { type Html, html } from "../../report/html.ts";
import { counted } from "../../table/columns.ts";
import type { Task } from "../../table/target.ts";
import { candidates } from "../candidates.ts";
import type { Cell, Cells, Comparison, Row } from "../comparison.ts";
import { digitsOf, formatted } from "../format.ts";
import type { Metric } from "../metrics.ts";
import { OWN } from "../own.ts";
import type { Subject } from "../subject.ts";
import { epochsOf } from "../terminal.ts";
import { curvePlot, learningPlots, scorePlot } from "./plots.ts";

const fileName = (path: string) => path.split(/[/\\]/).at(-1) as string;

/** The kinds that occur, in the same order whoever wins, so that colours stay. */
const kindsOf = (task: Task): string[] => [...new Set(candidates[task].map(({ kind }) => kind)), OWN];

function legend(kinds: readonly string[], rows: readonly Row[]): Html {
  const used = kinds.filter((kind) => rows.some(({ candidate }) => candidate.kind === kind));
  const entries = used.map((kind) => html`<li style="--colour: ${colourOf(kinds, kind)}">${kind}</li>`);
  return html`<ul class="legend">${entries}</ul>`;
}

function panel(metric: Metric, plot: Html): Html {
  return html`<section class="card"><h3>${metric.title} <span class="direction">${metric.better} is better</span></h3>
<p class="hint">${metric.doc}</p>${plot}</section>`;
}

function card(row: Row, colour: string, leading: Metric, learningPlot: Html, curve: Html): Html {
  const { spec, name, kind } = row.candidate;
  return html`<section class="card"><h3>${name}</h3><p class="kind" style="--colour: ${colour}">${kind}</p>
<p class="note">${spec.summary}</p><div class="pair">
<figure><figcaption>${leading.title}, held-out rows, while it trains (${epochsOf(row)} epochs)</figcaption>${learningPlot}</figure>
<figure><figcaption>Loss, and its gradient (dashed)</figcaption>${curve}</figure></div></section>`;
}

function table({ metrics, rows, baselines }: Comparison): Html {
  const digits = metrics.map(({ key }) => digitsOf(rows.map(({ cells }) => (cells[key] as Cell).deviation)));
  const cell = ({ mean, deviation, standing }: Cell, places: number) =>
    html`<td class="${standing}">${formatted(mean, places)} <small>±${formatted(deviation, places)}</small>${standing === "best" ? " ★" : ""}</td>`;
  const scores = (cells: Cells) => metrics.map(({ key }, i) => cell(cells[key] as Cell, digits[i] as number));
  const line = (row: Row) => html`<tr><td>${row.candidate.name}</td>
${scores(row.cells)}<td>${epochsOf(row)}</td><td>${row.twin ? `as ${row.twin.name}` : row.seconds.toFixed(1)}</td></tr>`;
  const known = baselines.map(
    ({ name, cells }) => html`<tr class="baseline"><td>${name}</td>${scores(cells)}<td>–</td><td>–</td></tr>`,
  );
  const heads = metrics.map(({ short, better }) => html`<th>${short} ${better === "higher" ? "↑" : "↓"}</th>`);
  return html`<div class="scroll"><table><thead><tr><th>loss</th>${heads}<th>epochs</th><th>seconds</th></tr></thead>
<tbody>${rows.map(line)}${known}</tbody></table></div>`;
}

/** The whole page. */
export function reportPage(comparison: Comparison, subject: Subject, sentences: readonly string[]): string {
  const { metrics, rows } = comparison;
  const [leading] = metrics as [Metric, ...Metric[]];
  const kinds = kindsOf(subject.task);
  const colour = (row: Row) => colourOf(kinds, row.candidate.kind);
  const learning = learningPlots(rows, leading, colour);
  const title = `Which loss for ${fileName(subject.path)}?`;
  return documentOf(
    title,
    html`<h1>${title}</h1>
<p class="lead">${subject.task} of “${subject.target}” · ${counted(subject.rows, "row")} · ${counted(subject.width, "feature")} · ${subject.settings.folds} folds</p>
<div class="verdict">${sentences.map((sentence) => html`<p>${sentence}</p>`)}</div>
<h2>Scores on held-out rows</h2>
<p class="hint">Small dots are single folds, the large one their mean, the bar one standard deviation to either side. Hollow: worse than the best (★) by more than the noise of the folds.</p>
${legend(kinds, rows)}
<div class="panels" style="--columns: ${metrics.length % 2 ? 3 : 2}">${metrics.map((metric) => panel(metric, scorePlot(metric, rows, colour)))}</div>
<h2>Loss by loss</h2>
<p class="hint">Left: ${leading.title.toLowerCase()} in the course of the training, whose epochs differ by loss and fold; mean and standard deviation over the folds, the other losses in grey. Right: the loss of one sample and its gradient, as training saw them.</p>
<div class="cards">${rows.map((row) => card(row, colour(row), leading, learning(row), curvePlot(row, colour)))}</div>
<h2>All numbers</h2>
<p class="hint">Mean ± standard deviation over folds; ★ best; grey: worse by more than the noise of the folds. Last: what is known without features, from the training rows alone.</p>
${table(comparison)}
<h2>What was done</h2>
<ul class="notes">${subject.notes.map((note) => html`<li>${note}</li>`)}</ul>
<footer>Made by lossary compare; losses and gradients by its own kernels.</footer>`,
  );
}
