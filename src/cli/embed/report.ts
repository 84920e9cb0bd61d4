/** The report: one self-contained page with the held-out rows before and after, that runs nothing. */
import * as Plot from "@observablehq/plot";
import { documentOf } from "../report/document.ts";
import { draw } from "../report/draw.ts";
import { type Html, html } from "../report/html.ts";
import { counted, short } from "../table/columns.ts";
import type { Experiment, Result, View } from "./experiment.ts";
import { metrics, type Scores } from "./metrics.ts";
import { BASELINE, bestOf, type Subject, verdict } from "./outcome.ts";
import { frameOf } from "./picture.ts";

const MOST_NAMED = 30;

const looks = `
.maps { display: grid; gap: 18px; grid-template-columns: repeat(auto-fill, minmax(min(100%, 340px), 1fr)); }
.maps .card.before { border-left: 5px solid var(--muted); }
.scores { color: var(--muted); font-size: 0.85rem; margin: 2px 0 6px; font-variant-numeric: tabular-nums; }
.maps svg { background: #fff; border-radius: 6px; }
tr.before td { color: var(--muted); }
`;

interface Dot {
  readonly x: number;
  readonly y: number;
  readonly label: string;
}

/** Where each class lies. */
function centres(dots: readonly Dot[]): Dot[] {
  const labels = [...new Set(dots.map(({ label }) => label))];
  return labels.map((label) => {
    const own = dots.filter((dot) => dot.label === label);
    const mean = (key: "x" | "y") => own.reduce((sum, dot) => sum + dot[key], 0) / own.length;
    return { x: mean("x"), y: mean("y"), label };
  });
}

/** Rows in the plane, a colour a class, its name at its centre. White paper in both schemes keeps the colours apart. */
function map(label: string, { points }: View, labels: Int32Array, classes: readonly string[]): Html {
  const { x, y } = frameOf(points);
  const within = (value: number, [low, high]: readonly [number, number]) => Math.min(high, Math.max(low, value));
  const dots = points.map((point, i) => ({
    x: within(point.x, x),
    y: within(point.y, y),
    outside: point.x !== within(point.x, x) || point.y !== within(point.y, y),
    label: short(classes[labels[i] as number] as string),
  }));
  return draw(label, {
    style: { color: "#333", background: "#fff" },
    width: 340,
    height: 340,
    margin: 6,
    x: { axis: null, domain: x },
    y: { axis: null, domain: y },
    color: { type: "categorical", scheme: "tableau10", domain: classes.map(short) },
    marks: [
      Plot.dot(
        dots.filter(({ outside }) => !outside),
        { x: "x", y: "y", r: 2.6, fill: "label", fillOpacity: 0.75, title: "label" },
      ),
      Plot.dot(
        dots.filter(({ outside }) => outside),
        { x: "x", y: "y", r: 2.6, fill: "none", stroke: "label", title: "label" },
      ),
      ...(classes.length > MOST_NAMED
        ? []
        : [
            Plot.text(centres(dots), {
              x: "x",
              y: "y",
              text: "label",
              fill: "#111",
              stroke: "#fff",
              strokeWidth: 4,
              fontSize: 14,
              fontWeight: 700,
            }),
          ]),
    ],
  });
}

const scoreLine = (scores: Scores) => metrics.map(({ key, title }) => `${title} ${scores[key].toFixed(3)}`).join(" · ");

function table(experiment: Experiment): Html {
  const best = bestOf(experiment);
  const cells = (scores: Scores, marked: boolean) =>
    metrics.map(({ key }) =>
      marked && scores[key] === best[key]
        ? html`<td class="best">${scores[key].toFixed(3)} ★</td>`
        : html`<td>${scores[key].toFixed(3)}</td>`,
    );
  return html`<div class="scroll"><table><thead><tr><th>space</th>${metrics.map(({ title }) => html`<th>${title} ↑</th>`)}</tr></thead>
<tbody><tr class="before"><td>${BASELINE}</td>${cells(experiment.before.scores, false)}</tr>
${experiment.results.map(({ objective, scores }) => html`<tr><td>${objective.name}</td>${cells(scores, true)}</tr>`)}</tbody></table></div>`;
}

/** The whole page. */
export function reportPage(experiment: Experiment, { path, target, classes, settings, notes }: Subject): string {
  const { before, results, labels } = experiment;
  const file = path.split(/[/\\]/).at(-1) as string;
  const title = `Embedding ${file} by ${short(target)}`;
  const after = ({ objective, ...view }: Result) => html`<section class="card"><h3>${objective.name}</h3>
<p class="scores">${scoreLine(view.scores)}</p>${map(`${objective.name}, after`, view, labels, classes)}</section>`;
  const body = html`<h1>${title}</h1>
<p class="lead">${counted(labels.length, "held-out row")} · ${counted(classes.length, "class")} · ${counted(settings.dimension, "dimension")}</p>
<div class="verdict"><p>${verdict(experiment)}</p><p>Neighbours are judged among rows that no training saw. Higher is better everywhere.</p></div>
<h2>Scores</h2>
<p class="hint">recall@k: one of the row's class is among its k nearest. R-precision and mAP: how far the whole class comes first. Silhouette: how much closer a row is to its class than to the next one.</p>
${table(experiment)}
<h2>Before and after</h2>
<p class="hint">The held-out rows along the two directions in which most of them vary most, one colour a class, its name at its centre. Hollow: rows that lie beyond the edge, drawn at it.</p>
<div class="maps"><section class="card before"><h3>${BASELINE}</h3><p class="scores">${scoreLine(before.scores)}</p>${map("before", before, labels, classes)}</section>
${results.map(after)}</div>
<h2>What was done</h2>
<ul class="notes">${notes.map((note) => html`<li>${note}</li>`)}</ul>
<footer>Made by lossary embed; losses and gradients by its own kernels.</footer>`;
  return documentOf(title, body, looks);
}
