/** The report of the experiments: one self-contained page that runs nothing. */

import { documentOf } from "../../report/document.ts";
import { type Html, html } from "../../report/html.ts";
import { counted } from "../../table/columns.ts";
import type { Figure, Finding, Outcome, Settings, Table } from "../experiment.ts";
import { tdStyle } from "./style.ts";

const figure = ({ title, hint, plot }: Figure): Html =>
  html`<section class="card"><h3>${title}</h3><p class="hint">${hint}</p>${plot}</section>`;

const verdictOf = ({ agrees }: Finding): Html =>
  agrees ? html`<td>✓ as in the book</td>` : html`<td class="differs">≠ differs</td>`;

const findingsTable = (findings: readonly Finding[]): Html =>
  html`<div class="scroll findings"><table><thead><tr><th>What the book shows</th><th>What was measured</th><th></th></tr></thead>
<tbody>${findings.map((finding) => html`<tr><td>${finding.book}</td><td>${finding.measured}</td>${verdictOf(finding)}</tr>`)}</tbody></table></div>`;

const row = (cells: readonly string[]): Html => html`<tr>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`;

const numbersTable = ([head = [], ...rows]: Table): Html =>
  html`<div class="scroll"><table><thead><tr>${head.map((cell) => html`<th>${cell}</th>`)}</tr></thead>
<tbody>${rows.map(row)}</tbody></table></div>`;

const section = ({ title, place, setting, findings, table, figures }: Outcome): Html => html`
<h2>${title}</h2>
<p class="hint">${place}. ${setting}</p>
${findingsTable(findings)}
<div class="figures">${figures.map(figure)}</div>
${numbersTable(table)}`;

/** How many of the findings are the book's. */
export function verdict(outcomes: readonly Outcome[]): string {
  const all = outcomes.flatMap(({ findings }) => findings);
  const same = all.filter(({ agrees }) => agrees).length;
  return same === all.length
    ? `All ${all.length} findings are as in the book's figures.`
    : `${same} of ${all.length} findings are as in the book's figures.`;
}

export function reportPage(outcomes: readonly Outcome[], { runs, seed }: Settings): string {
  const title = "Temporal difference learning";
  return documentOf(
    title,
    html`<h1>${title}</h1>
<p class="lead">The experiments of Sutton and Barto, Reinforcement Learning, 2nd edition, 2018 · averages of ${counted(runs, "run")} · seed ${seed}</p>
<div class="verdict"><p>${verdict(outcomes)}</p>
<p>The book prints curves and hardly a number: its side of each comparison is read off its figures and its text.</p></div>
${outcomes.map(section)}
<footer>Made by lossary td; learned by its own tdPolicyEvaluation, tdLambda, lambdaReturns, sarsa and qLearning.</footer>`,
    tdStyle,
  );
}
