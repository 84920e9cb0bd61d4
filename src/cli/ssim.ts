/** `lossary ssim`: structural similarity of two images, or of the images of two folders. */
import { Command } from "commander";
import { ssim } from "../losses/image/ssim/ssim.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { usageError } from "./errors.ts";
import { type Image, writePng } from "./files/image.ts";
import { refuseOverwrite } from "./files/overwrite.ts";
import { checkSides, score } from "./similarity/score.ts";
import { JSON_HELP } from "./terminal/json.ts";

const HELP = `
Scores run up to 1, for equal images: SSIM with a Gaussian window of 11 pixels (sigma 1.5), the mean over the windows that
lie wholly inside and over the channels; for bytes, the range is 255. Of two folders and their subfolders, files are
paired by their names without the endings. PNG, JPEG, WebP, TIFF, GIF and AVIF are read by the package sharp; grey and
colour are not compared, an opaque alpha channel is dropped.

Examples:
  lossary ssim before.png after.jpg
  lossary ssim before.png after.png --map map.png
  lossary ssim originals/ compressed/ --json`;

export function ssimCommand(): Command {
  return new Command("ssim")
    .description("score how alike two images are, or the images of two folders")
    .argument("<first>", "an image, or a folder of images")
    .argument("<second>", "the image or folder to compare it with")
    .option("--map <file>", "write the map of two images to this .png: white is alike, black is not")
    .option("--json", JSON_HELP)
    .addHelpText("after", HELP)
    .action((first: string, second: string, { map, json }: { map?: string; json?: boolean }) => {
      if (map !== undefined && !/\.png$/i.test(map)) throw usageError(`--map is "${map}", expected a .png file`);
      refuseOverwrite("--map", map, [first, second]);
      return score({
        first,
        second,
        json: json === true,
        measure: { name: "ssim", title: "SSIM", digits: 4, best: 1, of: meanSsim, check: checkSides(11) },
        ...(map !== undefined && { pair: (a: Image, b: Image) => writePng(map, mapImage(a, b)), only: "--map" }),
      });
    });
}

/** The mean over the channels, one after the other: a third of the memory for colour. */
function meanSsim(a: Image, b: Image): number {
  const [, channels, height, width] = a.shape as [number, number, number, number];
  const size = height * width;
  const channel = ({ data }: Image, c: number) => ({
    data: data.subarray(c * size, (c + 1) * size),
    shape: [1, 1, height, width],
  });
  let sum = 0;
  for (let c = 0; c < channels; c++) sum += ssim(channel(a, c), channel(b, c));
  return sum / channels;
}

/** The map, mean over channels, from 0 (and below) as black to 1 as white. */
function mapImage(a: Image, b: Image): Image {
  const { map } = ssim(a, b, { full: true }) as { map: Tensor };
  const [, channels, height, width] = map.shape as [number, number, number, number];
  const size = height * width;
  const data = Uint8Array.from({ length: size }, (_, i) => {
    let sum = 0;
    for (let c = 0; c < channels; c++) sum += map.data[c * size + i] as number;
    return Math.round(255 * Math.max(0, sum / channels));
  });
  return { data, shape: [1, 1, height, width] };
}
