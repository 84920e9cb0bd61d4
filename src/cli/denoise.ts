/** `lossary denoise`: takes noise out of a photograph by the gradient of a loss, one loss after the other. */
import { basename } from "node:path";
import { Readable } from "node:stream";
import { setImmediate as breathe } from "node:timers/promises";
import { Command, Option } from "commander";
import { msSsim, psnr, ssim } from "../index.ts";
import { seededRandom } from "../random.ts";
import { denoise, type Result, type Task } from "./denoise/optimise.ts";
import { difference, grid, middle, toBytes } from "./denoise/picture.ts";
import type { Line } from "./denoise/report.ts";
import { partsOf, termNames } from "./denoise/terms.ts";
import { dataError } from "./errors.ts";
import { describeImage, type Image, readImage, writePng } from "./files/image.ts";
import { refuseOverwrite } from "./files/overwrite.ts";
import { checkPlace } from "./files/place.ts";
import { replaceFile } from "./files/replace.ts";
import { NO_REPORT, ownName, placeReport, reportOption } from "./report/place.ts";
import { JSON_HELP, printJson } from "./terminal/json.ts";
import { writeOut } from "./terminal/print.ts";
import { startProgress } from "./terminal/progress.ts";
import { alignedTable } from "./terminal/text.ts";
import { names, number, whole } from "./values.ts";

interface Options {
  readonly noise: number;
  readonly losses: readonly string[];
  readonly steps: number;
  readonly seed: number;
  readonly out?: string | true;
  readonly report?: string | true;
  readonly json?: boolean;
}

const LOSSES = "l1,l2,ssim,msssim,l1+ssim";

const HELP = `
Seeded Gaussian noise is added to the photograph (in levels of 0…255, not cut off at the ends). Then, for each loss, the
picture itself is the parameter: Adam minimises loss(picture, noisy) + λ · total variation(picture). No loss sees the clean
photograph. λ is steered until the picture lies as far from the noisy one (root mean square) as the noise is strong, so that
all losses take away equally much; what they take away is what differs. "a+b" is the sum of two losses.

Nothing is written unless asked for. The picture of --out has a column each for clean, noisy and the losses in the order given; its rows are the pictures,
their middles twice as large, and what was taken away (noisy − picture, three times as strong, around grey). The same seed
gives the same files.

Losses: ${termNames.join(", ")}, and sums such as l1+ssim. msssim needs sides of 161 pixels.

Examples:
  lossary denoise photo.png --noise 25 --report
  lossary denoise photo.png --noise 40 --losses l2,ssim --out pictures.png --report page.html`;

export function denoiseCommand(): Command {
  return new Command("denoise")
    .description("take noise out of a photograph by the gradient of a loss, to see what each loss rewards")
    .argument("<photograph>", "a .png or .jpg without noise (read by the package sharp)")
    .option("--noise <levels>", "standard deviation of the noise that is added, of 255", number(1, 128), 25)
    .addOption(
      new Option("--losses <names>", "losses, separated by commas").argParser(names).default(names(LOSSES), LOSSES),
    )
    .option("--steps <count>", "steps of Adam", whole(10, 10_000), 300)
    .option("--seed <number>", "seed of the noise", whole(0, 2 ** 31 - 1), 0)
    .option("--out [file]", "write the pictures, side by side (default name: denoise-<photograph>.png)")
    .addOption(reportOption("denoise-<photograph>.html"))
    .option("--json", JSON_HELP)
    .addHelpText("after", HELP)
    .action(run);
}

async function run(path: string, options: Options): Promise<void> {
  const { noise, losses, steps, seed } = options;
  for (const name of losses) partsOf(name);
  const out = await placePictures(options.out, path);
  const report = await placeReport(options.report, "denoise", path);
  const image = await readImage(path);
  checkSize(path, image, losses);
  const task = makeTask(image, noise / 255, steps, seed);
  const results = await optimiseAll(losses, task);
  const lines = [
    lineOf("noisy", task.noisy, task),
    ...results.map((result) => lineOf(result.name, result.picture, task, result)),
  ];
  if (out !== null) await writePng(out, sideBySide(task, results, image.shape));
  if (report !== null) await writeReport(report, path, options, image, task, results, lines);
  if (options.json) {
    const curves = Object.fromEntries(results.map(({ name, curve }) => [name, curve]));
    return printJson({ photograph: path, noise, steps, seed, out, report, pictures: lines, curves });
  }
  const columns = `clean, ${lines.map(({ name }) => name).join(", ")}`;
  const pictures = out === null ? "No pictures were asked for; --out writes them." : `${out}: ${columns}`;
  writeOut(`${asText(lines)}\n\n${pictures}\n${report === null ? NO_REPORT : `${report}: the report`}\n`);
}

async function placePictures(flag: string | true | undefined, path: string): Promise<string | null> {
  if (flag === undefined) return null;
  const out = flag === true ? ownName("denoise", path, ".png") : flag;
  await checkPlace("--out", out, ".png");
  refuseOverwrite("--out", out, [path]);
  return out;
}

async function writeReport(
  report: string,
  path: string,
  { noise, steps, seed }: Options,
  image: Image,
  task: Task,
  results: readonly Result[],
  lines: readonly Line[],
): Promise<void> {
  const method = [
    `${describeImage(image)}; Gaussian noise of ${noise} levels (seed ${seed}); ${steps} steps of Adam on the picture itself.`,
    "Each picture minimises its loss to the noisy one plus λ times its total variation. λ is steered until the picture lies as far from the noisy one as the noise is strong: all losses take away equally much, and what they take away is what differs. None of them saw the clean picture.",
  ];
  const title = `What each loss keeps of ${basename(path)}`;
  const { reportPage } = await import("./denoise/report.ts");
  const page = await reportPage({
    title,
    method,
    lines,
    results,
    clean: task.clean,
    noisy: task.noisy,
    shape: image.shape,
  });
  await replaceFile(report, Readable.from([page]));
}

/** Finds out before the work what would stop it in the middle. */
function checkSize(path: string, image: Image, losses: readonly string[]): void {
  const side = Math.min(...image.shape.slice(2));
  const least = losses.some((name) => name.includes("msssim")) ? 161 : 11;
  if (side < least)
    throw dataError(
      `${path}: is ${describeImage(image)}, expected sides of at least ${least} pixels (${least === 11 ? "SSIM's window" : "msssim's five scales"})`,
    );
}

function makeTask(image: Image, noise: number, steps: number, seed: number): Task {
  const random = seededRandom(seed);
  const clean = Float32Array.from(image.data, (pixel) => pixel / 255);
  return { clean, noisy: clean.map((value) => value + noise * random.normal()), shape: image.shape, noise, steps };
}

async function optimiseAll(losses: readonly string[], task: Task): Promise<Result[]> {
  const progress = startProgress(losses.length * task.steps, losses[0]);
  try {
    const results: Result[] = [];
    for (const name of losses) {
      const work = denoise(name, task);
      let at = work.next();
      for (; !at.done; at = work.next()) {
        progress.step(name);
        // Lets the terminal draw.
        await breathe();
      }
      results.push(at.value);
    }
    return results;
  } finally {
    progress.stop();
  }
}

function lineOf(name: string, pixels: Float32Array, { clean, shape }: Task, result?: Result): Line {
  const [picture, truth] = [
    { data: pixels, shape },
    { data: clean, shape },
  ];
  const range = { dataRange: 1 };
  return {
    name,
    psnr: psnr(picture, truth, range),
    ssim: ssim(picture, truth, range),
    msSsim: Math.min(...shape.slice(2)) < 161 ? null : msSsim(picture, truth, range),
    smoothing: result?.smoothing ?? null,
    distance: result?.distance ?? null,
  };
}

function sideBySide({ clean, noisy }: Task, results: readonly Result[], shape: Image["shape"]): Image {
  const pictures = [clean, noisy, ...results.map(({ picture }) => picture)];
  const images = pictures.map((pixels) => toBytes(pixels, shape));
  const grey = toBytes(new Float32Array(clean.length).fill(0.5), shape);
  const taken = results.map(({ picture }) => difference(noisy, picture, shape));
  return grid([images, images.map(middle), [grey, difference(noisy, clean, shape), ...taken]]);
}

function asText(lines: readonly Line[]): string {
  const cells = lines.map(({ name, psnr, ssim, msSsim, distance, smoothing }) => [
    name,
    psnr.toFixed(2),
    ssim.toFixed(4),
    msSsim === null ? "–" : msSsim.toFixed(4),
    distance === null ? "–" : (255 * distance).toFixed(1),
    smoothing === null ? "–" : smoothing.toPrecision(3),
  ]);
  const header = ["picture", "PSNR (dB)", "SSIM", "MS-SSIM", "taken away", "λ"];
  return alignedTable([header, ...cells], ["left", "right", "right", "right", "right", "right"]);
}
