/** `lossary psnr`: peak signal-to-noise ratio of two images, or of the images of two folders. */
import { Command } from "commander";
import { psnr } from "../losses/image/psnr/psnr.ts";
import { score } from "./similarity/score.ts";
import { JSON_HELP } from "./terminal/json.ts";

const HELP = `
Decibels; higher is better, and equal images are infinitely good. For bytes, the range is 255. Of two folders and their
subfolders, files are paired by their names without the endings, and the mean is that of the decibels over the pairs
that differ. PNG, JPEG, WebP, TIFF, GIF and AVIF are read by the package sharp; grey and colour are not compared, an
opaque alpha channel is dropped.

Examples:
  lossary psnr before.png after.jpg
  lossary psnr originals/ compressed/ --json`;

export function psnrCommand(): Command {
  return new Command("psnr")
    .description("score the squared error of two images in decibels, or of the images of two folders")
    .argument("<first>", "an image, or a folder of images")
    .argument("<second>", "the image or folder to compare it with")
    .option("--json", JSON_HELP)
    .addHelpText("after", HELP)
    .action((first: string, second: string, { json }: { json?: boolean }) =>
      score({
        first,
        second,
        json: json === true,
        measure: {
          name: "psnr",
          title: "PSNR (dB)",
          digits: 2,
          best: Number.POSITIVE_INFINITY,
          of: (a, b) => psnr(a, b),
        },
      }),
    );
}
