/** The report of a denoising: one self-contained page that runs nothing. */
import * as Plot from "@observablehq/plot";
import { type Image, pngOf } from "../files/image.ts";
import { documentOf } from "../report/document.ts";
import { draw } from "../report/draw.ts";
import { type Html, html } from "../report/html.ts";
import { spread } from "../report/lines.ts";
import type { Result, Scores } from "./optimise.ts";
import { difference, middle, toBytes } from "./picture.ts";

/** A line of the table: what the picture scores against the clean one. */
export interface Line {
  readonly name: string;
  readonly psnr: number;
  readonly ssim: number;
  /** null where the picture is too small for five scales. */
  readonly msSsim: number | null;
  /** The weight of the total variation; null for the noisy picture. */
  readonly smoothing: number | null;
  readonly distance: number | null;
}

export interface Report {
  readonly title: string;
  readonly method: readonly string[];
  readonly lines: readonly Line[];
  readonly results: readonly Result[];
  readonly clean: Float32Array;
  readonly noisy: Float32Array;
  readonly shape: Image["shape"];
}

/** Okabe and Ito's colours, readable on light and on dark. */
const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"];

const [WIDTH, HEIGHT, TOP, BOTTOM] = [520, 280, 20, 36];
/** Pixels between two names, at the least. */
const ROOM = 14;

/** The lines' names at their ends, moved apart where they would lie over one another. */
function names(results: readonly Result[], key: "psnr" | "ssim", [low, high]: readonly [number, number]) {
  const ends = results.map(({ curve }) => curve.at(-1) as Scores);
  const gap = (ROOM * (high - low)) / (HEIGHT - TOP - BOTTOM);
  const heights = spread(
    ends.map((scores) => scores[key]),
    gap,
  );
  return results.map(({ name }, i) => ({ name, step: (ends[i] as Scores).step, height: heights[i] as number }));
}

function curves(results: readonly Result[], key: "psnr" | "ssim", label: string): Html {
  const points = results.flatMap(({ name, curve }) => curve.map((scores) => ({ name, ...scores })));
  const values = points.map((point) => point[key]);
  const extent: [number, number] = [Math.min(...values), Math.max(...values)];
  const colour = (name: string) =>
    COLOURS[results.findIndex((result) => result.name === name) % COLOURS.length] as string;
  return draw(label, {
    width: WIDTH,
    height: HEIGHT,
    marginTop: TOP,
    marginBottom: BOTTOM,
    marginLeft: 46,
    marginRight: 70,
    x: { label: "step", labelArrow: "none" },
    y: { label: null, grid: true, domain: extent },
    marks: [
      Plot.line(points, { x: "step", y: key, z: "name", stroke: ({ name }) => colour(name), strokeWidth: 2 }),
      Plot.text(names(results, key, extent), {
        x: "step",
        y: "height",
        text: "name",
        textAnchor: "start",
        dx: 6,
        fill: ({ name }) => colour(name),
      }),
    ],
  });
}

const dataUri = async (image: Image) => `data:image/png;base64,${(await pngOf(image)).toString("base64")}`;

async function card(title: string, note: string, images: readonly [Image, string][]): Promise<Html> {
  const figures = [];
  for (const [image, caption] of images)
    figures.push(
      html`<figure><img alt="${title}: ${caption}" src="${await dataUri(image)}"><figcaption>${caption}</figcaption></figure>`,
    );
  return html`<section class="card"><h3>${title}</h3><p class="note">${note}</p><div class="trio">${figures}</div></section>`;
}

const shown = (value: number | null, digits: number) => (value === null ? "–" : value.toFixed(digits));

function table(lines: readonly Line[]): Html {
  const best = (key: "psnr" | "ssim" | "msSsim") =>
    Math.max(...lines.map((line) => line[key] ?? Number.NEGATIVE_INFINITY));
  const cell = (line: Line, key: "psnr" | "ssim" | "msSsim", digits: number) =>
    html`<td class="${line[key] === best(key) ? "best" : "level"}">${shown(line[key], digits)}</td>`;
  const rows = lines.map(
    (line) => html`<tr><td>${line.name}</td>${cell(line, "psnr", 2)}${cell(line, "ssim", 4)}${cell(line, "msSsim", 4)}
<td>${line.distance === null ? "–" : (255 * line.distance).toFixed(1)}</td><td>${line.smoothing === null ? "–" : line.smoothing.toPrecision(3)}</td></tr>`,
  );
  return html`<div class="scroll"><table><thead><tr><th>picture</th><th>PSNR (dB)</th><th>SSIM</th><th>MS-SSIM</th><th>taken away (RMS)</th><th>λ</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

const extraStyle = `
.trio { display: grid; gap: 10px; grid-template-columns: repeat(auto-fit, minmax(min(100%, 240px), 1fr)); }
.trio img { width: 100%; height: auto; display: block; image-rendering: pixelated; }
.wide { display: grid; gap: 18px; }
@media (max-width: 640px) { .cards svg text { font-size: 1.4em; } }
`;

export async function reportPage({ title, method, lines, results, clean, noisy, shape }: Report): Promise<string> {
  const scores = (line: Line | undefined) =>
    line ? `PSNR ${shown(line.psnr, 2)} dB · SSIM ${shown(line.ssim, 4)}` : "";
  const panels = (pixels: Float32Array): [Image, string][] => {
    const image = toBytes(pixels, shape);
    return [
      [image, "the picture"],
      [middle(image), "its middle, twice as large"],
    ];
  };
  const cards = [
    await card("clean", "What no loss was shown.", panels(clean)),
    await card("noisy", scores(lines[0]), [
      ...panels(noisy),
      [difference(noisy, clean, shape), "the noise, × 3 around grey"],
    ]),
  ];
  for (const [i, { name, picture }] of results.entries())
    cards.push(
      await card(name, scores(lines[i + 1]), [
        ...panels(picture),
        [difference(noisy, picture, shape), "what it took away, × 3 around grey"],
      ]),
    );
  const body = html`<h1>${title}</h1>
<div class="verdict">${method.map((sentence) => html`<p>${sentence}</p>`)}</div>
<h2>Against the clean picture</h2>
${table(lines)}
<h2>While it learns</h2>
<div class="cards"><section class="card"><h3>PSNR (dB)</h3>${curves(results, "psnr", "PSNR after each step")}</section>
<section class="card"><h3>SSIM</h3>${curves(results, "ssim", "SSIM after each step")}</section></div>
<h2>To be seen</h2>
<p class="hint">A perfect denoiser takes away noise and nothing else: edges and textures in the right-hand picture are what a loss gave up.</p>
<div class="wide">${cards}</div>
<footer>Made by lossary denoise; losses and gradients by its own kernels.</footer>`;
  return documentOf(title, body, extraStyle);
}
