/** Scores of two images, or of the images of two folders. */
import { stat } from "node:fs/promises";
import { dataError, fileError, usageError } from "../errors.ts";
import { checkAlike, describeImage, IMAGE_KINDS, type Image, isImageFile, readImage } from "../files/image.ts";
import { Warnings } from "../scores/warnings.ts";
import { deviation, mean } from "../statistics.ts";
import { counted } from "../table/columns.ts";
import { printJson } from "../terminal/json.ts";
import { writeOut } from "../terminal/print.ts";
import { startProgress } from "../terminal/progress.ts";
import { alignedTable } from "../terminal/text.ts";
import { type Pair, pairUp } from "./folders.ts";

export interface Measure {
  readonly name: string;
  readonly title: string;
  readonly digits: number;
  /** The score of equal images. */
  readonly best: number;
  readonly of: (a: Image, b: Image) => number;
  /** Throws where an image cannot be measured. */
  readonly check?: (path: string, image: Image) => void;
}

interface Request {
  readonly first: string;
  readonly second: string;
  readonly measure: Measure;
  readonly json: boolean;
  /** Done with two images, and the flag that asked for it: it has no meaning for folders. */
  readonly pair?: (a: Image, b: Image) => Promise<void>;
  readonly only?: string;
}

/** A check that images have sides of at least `least` pixels. */
export const checkSides =
  (least: number) =>
  (path: string, image: Image): void => {
    if (Math.min(...image.shape.slice(2)) < least)
      throw dataError(`${path}: is ${describeImage(image)}, expected sides of at least ${least} pixels (the window)`);
  };

export async function score(request: Request): Promise<void> {
  const { first, second, only } = request;
  const [a, b] = [await isFolder(first), await isFolder(second)];
  if (a !== b) {
    const [folder, file] = a ? [first, second] : [second, first];
    throw usageError(`"${folder}" is a folder and "${file}" is not; expected two images or two folders`);
  }
  if (a && only) throw usageError(`${only} is for two images, not for two folders`);
  return a ? scoreFolders(request) : scoreImages(request);
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch((error) => {
    throw fileError(path, error);
  });
  if (found.isDirectory()) return true;
  if (!isImageFile(path)) throw usageError(`"${path}": expected a ${IMAGE_KINDS} file, or a folder`);
  return false;
}

async function measure(
  { of, check }: Measure,
  first: string,
  second: string,
): Promise<{ a: Image; b: Image; value: number }> {
  const [a, b] = [await readImage(first), await readImage(second)];
  checkAlike(first, a, second, b);
  check?.(first, a);
  return { a, b, value: of(a, b) };
}

/** Writes scores with as many digits as keep those of images that are not quite equal from looking like the best. */
function writer({ digits, best }: Measure, values: readonly number[]): (value: number) => string {
  const others = values.filter((value) => value !== best);
  let enough = digits;
  while (enough < 16 && others.some((value) => Number(value.toFixed(enough)) === best)) enough++;
  return (value) => value.toFixed(enough);
}

async function scoreImages({ first, second, measure: what, json, pair }: Request): Promise<void> {
  const { a, b, value } = await measure(what, first, second);
  await pair?.(a, b);
  const [, channels, height, width] = a.shape;
  if (json) printJson({ [what.name]: value, first, second, width, height, channels });
  else
    writeOut(
      `${alignedTable([
        [what.title, writer(what, [value])(value)],
        ["images", describeImage(a)],
      ])}\n`,
    );
}

async function scoreFolders({ first, second, measure: what, json }: Request): Promise<void> {
  const warnings = new Warnings();
  const { pairs, onlyFirst, onlySecond } = await pairUp(first, second, warnings);
  const progress = startProgress(pairs.length, pairs[0]?.name);
  const scored: (Pair & { value: number })[] = [];
  try {
    for (const [i, pair] of pairs.entries()) {
      const { value } = await measure(what, pair.first, pair.second);
      scored.push({ ...pair, value });
      progress.step(pairs[i + 1]?.name);
    }
  } finally {
    progress.stop();
  }
  const values = scored.map(({ value }) => value);
  const identical = values.filter((value) => value === what.best).length;
  // An infinite score has no part in a mean, unless there are no others.
  const finite = values.filter(Number.isFinite);
  const [centre, spread] = finite.length > 0 ? [mean(finite), deviation(finite)] : [what.best, 0];
  if (json) {
    printJson({
      pairs: scored.map(({ name, first: a, second: b, value }) => ({ name, first: a, second: b, [what.name]: value })),
      mean: centre,
      standardDeviation: spread,
      identical,
      onlyFirst,
      onlySecond,
      warnings: warnings.list,
    });
    return;
  }
  const number = writer(what, values);
  const rows = [["image", what.title], ...scored.map(({ name, value }) => [name, number(value)])];
  writeOut(`${alignedTable(rows, ["left", "right"])}\n\n`);
  const pairsOf = (count: number) => counted(count, "pair");
  const [some, apart] = [finite.length < values.length, pairsOf(finite.length)];
  const over =
    some && finite.length > 0 ? `${apart} (${pairsOf(identical)} of equal images left out)` : pairsOf(values.length);
  writeOut(`mean ${number(centre)}, standard deviation ${number(spread)}, ${over}\n`);
  for (const [folder, names] of [
    [first, onlyFirst],
    [second, onlySecond],
  ] as const)
    if (names.length > 0) writeOut(`${alignedTable([[`only in ${folder}: ${names.join(", ")}`]])}\n`);
}
