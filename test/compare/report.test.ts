/** The report: self-contained, complete, and deaf to what it was fed. */
import { parseHTML } from "linkedom";
import { beforeAll, expect, it } from "vitest";
import { chooseCandidates } from "../../src/cli/compare/candidates.ts";
import { type Comparison, summarise } from "../../src/cli/compare/comparison.ts";
import { crossValidate } from "../../src/cli/compare/crossValidation.ts";
import { lossCurve } from "../../src/cli/compare/report/curves.ts";
import { reportPage } from "../../src/cli/compare/report/page.ts";
import { describeSubject } from "../../src/cli/compare/subject.ts";
import { verdict } from "../../src/cli/compare/verdict.ts";
import { html } from "../../src/cli/report/html.ts";
import { readDataset } from "../../src/cli/table/dataset.ts";
import { rows, tableOf } from "./tables.ts";

const hostile = `"><script>alert(1)</script><img src=x onerror=alert(2)>'`;
const path = `a/${hostile.replaceAll("/", "")}</title>.csv`.replace("</title>", "&lt;");

let page: string;
let comparison: Comparison;
beforeAll(async () => {
  const table = tableOf({
    x: rows(60, (i) => Math.sin(i)),
    [`<b>${hostile}</b>`]: rows(60, () => "constant"),
    [`<i>${hostile}</i>`]: rows(60, (i) => (i % 2 ? hostile : "</style><style>*{display:none}")),
    [hostile]: rows(60, (i) => (Math.sin(i) > 0 ? `<svg onload=alert(3)>` : hostile)),
  });
  const stress = { labelNoise: 0, outliers: 0, imbalance: 1 };
  const settings = { folds: 3, epochs: 3, hidden: 0, weightDecay: 0, seed: 0, stress };
  const dataset = readDataset(table, hostile, undefined);
  const chosen = chooseCandidates("classification", ["crossEntropy", "focalLoss", "hingeLoss"]);
  const outcome = await crossValidate(dataset, chosen, settings, () => {});
  comparison = summarise(outcome, "classification");
  const subject = describeSubject({ path, target: hostile, report: "r.html" }, dataset, settings, chosen, outcome);
  page = reportPage(comparison, subject, verdict(comparison));
});

it("holds no element and no attribute that could run or load something", () => {
  const { document } = parseHTML(page);
  const all = [...document.querySelectorAll("*")] as unknown as Element[];
  const names = new Set(all.map(({ localName }) => localName.toLowerCase()));
  for (const name of [
    "script",
    "img",
    "iframe",
    "link",
    "object",
    "embed",
    "base",
    "form",
    "a",
    "b",
    "i",
    "foreignobject",
  ])
    expect(names, name).not.toContain(name);
  for (const element of all)
    for (const { name, value } of [...element.attributes]) {
      expect(name).not.toMatch(/^on/i);
      expect(`${element.localName} ${name}`).not.toMatch(/ (src|href|xlink:href|action|formaction)$/i);
      expect(value).not.toMatch(/url\((?!#)/i);
    }
  expect(page).not.toMatch(/<script|<img|<svg onload|<\/style><style>/i);
});

it("shows hostile names as text", () => {
  const { document } = parseHTML(page);
  expect(document.querySelector("h1")?.textContent).toContain(hostile.replaceAll("/", ""));
  expect(document.querySelector(".lead")?.textContent).toContain(`“${hostile}”`);
});

it("forbids everything but its own style", () => {
  expect(page).toContain(
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">`,
  );
  expect(page).toContain("@media screen and (prefers-color-scheme: dark)");
});

it("draws a panel a metric and two plots a loss", () => {
  const { document } = parseHTML(page);
  expect(document.querySelectorAll(".panels svg")).toHaveLength(comparison.metrics.length);
  expect(document.querySelectorAll(".cards svg")).toHaveLength(2 * comparison.rows.length);
  expect(page).not.toMatch(/NaN|undefined|\[object/);
});

it("escapes texts in templates, and keeps markup", () => {
  expect(html`<p title="${`"'<&>`}">${html`<b>${1}</b>`}${[html`<i></i>`]}</p>`.markup).toBe(
    `<p title="&quot;&#39;&lt;&amp;&gt;"><b>1</b><i></i></p>`,
  );
});

it("the curves are the losses' own", () => {
  const [hinge] = chooseCandidates("classification", ["hingeLoss"]);
  const [huber] = chooseCandidates("regression", ["huberLoss"]);
  const at = (curve: ReturnType<typeof lossCurve>, x: number) => curve.find((point) => Math.abs(point.x - x) < 1e-9);
  expect(at(lossCurve(hinge as NonNullable<typeof hinge>), -1)).toMatchObject({ loss: 2, gradient: -1 });
  expect(at(lossCurve(hinge as NonNullable<typeof hinge>), 2)).toMatchObject({ loss: 0, gradient: 0 });
  expect(at(lossCurve(huber as NonNullable<typeof huber>), 3)).toMatchObject({ loss: 2.5, gradient: 1 });
});
