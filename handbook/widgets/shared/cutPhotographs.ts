/**
 * Cuts small grey pictures from the photographs in data/ (their origin and licences: data/README.md) and writes them to
 * photographs.ts beside this file, six bits a pixel:
 *
 *     npx tsx handbook/widgets/shared/cutPhotographs.ts
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";

const SIDE = 64;
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const root = join(import.meta.dirname, "..", "..", "..");

/** Name, file, left and top of a square of 128 pixels, origin. */
const cuts = [
  ["cameraman", "camera.png", 180, 60, "Lav Varshney, CC0"],
  ["grass", "camera.png", 300, 300, "Lav Varshney, CC0"],
  ["astronaut", "astronaut.png", 180, 60, "NASA, public domain"],
  ["cat", "chelsea.png", 110, 60, "Stefan van der Walt, CC0"],
] as const;

const lines: string[] = [];
for (const [name, file, left, top, origin] of cuts) {
  const { data, info } = await sharp(join(root, "data", file))
    .extract({ left, top, width: 2 * SIDE, height: 2 * SIDE })
    .greyscale()
    .resize(SIDE, SIDE)
    .raw()
    .toBuffer({ resolveWithObject: true });
  const text = Array.from({ length: SIDE * SIDE }, (_, i) =>
    alphabet.charAt(Math.round(((data[i * info.channels] as number) / 255) * 63)),
  ).join("");
  lines.push(`  // ${origin}`, `  ${name}: "${text}",`);
}
const header = `/** Pictures of ${SIDE} × ${SIDE} pixels, one character of base64's alphabet each: made by cutPhotographs.ts from data/. */`;
writeFileSync(
  join(import.meta.dirname, "photographs.ts"),
  `${header}\nexport const SIDE = ${SIDE};\n\nexport const photographs = {\n${lines.join("\n")}\n} as const;\n`,
);
