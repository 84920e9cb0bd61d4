/** Small photographs, what can be done to them, and the same in copied code. Pixels lie in [0, 1], row by row. */
import * as Plot from "@observablehq/plot";
import { colour, type Text, type View } from "../../kit/widget.ts";
import { photographs, SIDE } from "./photographs.ts";
import { pngOf } from "./png.ts";

export { SIDE } from "./photographs.ts";
export type Pixels = readonly number[];

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

export const pictureChoices: readonly { value: string; label: Text }[] = [
  { value: "cameraman", label: { en: "cameraman", zh: "摄影师" } },
  { value: "grass", label: { en: "grass", zh: "草地" } },
  { value: "astronaut", label: { en: "astronaut", zh: "宇航员" } },
  { value: "cat", label: { en: "cat", zh: "猫" } },
];

const decoded = new Map<string, Pixels>();
export function photograph(name: string): Pixels {
  const text = photographs[name as keyof typeof photographs];
  const pixels = decoded.get(name) ?? Array.from(text, (letter) => alphabet.indexOf(letter) / 63);
  decoded.set(name, pixels);
  return pixels;
}

export const tensor = (pixels: Pixels) => ({ data: Float64Array.from(pixels), shape: [1, 1, SIDE, SIDE] });

/** A pixel; beyond the border, the border's. */
export const at = (pixels: Pixels, x: number, y: number): number =>
  pixels[SIDE * Math.min(Math.max(y, 0), SIDE - 1) + Math.min(Math.max(x, 0), SIDE - 1)] as number;

/** Declares `image` and its helpers. */
export const pictureCode = (name: string): string => `const alphabet = "${alphabet}";
const text =
  "${photographs[name as keyof typeof photographs]}";
const image = Array.from(text, (letter) => alphabet.indexOf(letter) / 63);
const at = (pixels: number[], x: number, y: number) =>
  pixels[${SIDE} * Math.min(Math.max(y, 0), ${SIDE - 1}) + Math.min(Math.max(x, 0), ${SIDE - 1})];
const tensor = (pixels: number[]) => ({ data: Float64Array.from(pixels), shape: [1, 1, ${SIDE}, ${SIDE}] });`;

export interface Damage {
  readonly label: Text;
  /** What is added to the image, in any strength. */
  of(image: Pixels): Pixels;
  /** The same in copied code: statements that declare `direction`. */
  readonly code: string;
}

const RADIUS = 5;

export const damages: Readonly<Record<string, Damage>> = {
  brightness: {
    label: { en: "brightness", zh: "亮度" },
    of: (image) => image.map(() => 1),
    code: "const direction = image.map(() => 1);",
  },
  contrast: {
    label: { en: "contrast", zh: "对比度" },
    of(image) {
      const mean = image.reduce((a, b) => a + b) / image.length;
      return image.map((v) => v - mean);
    },
    code: `const mean = image.reduce((a, b) => a + b) / image.length;
const direction = image.map((v) => v - mean);`,
  },
  noise: {
    label: { en: "noise", zh: "噪声" },
    of(image) {
      let seed = 1;
      const uniform = () => {
        seed = (seed * 48271) % 2147483647;
        return seed / 2147483647;
      };
      return image.map(() => uniform() + uniform() + uniform() - 1.5);
    },
    code: `let seed = 1;
const uniform = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
const direction = image.map(() => uniform() + uniform() + uniform() - 1.5);`,
  },
  blur: {
    label: { en: "blur", zh: "模糊" },
    of: (image) =>
      image.map((v, i) => {
        let sum = 0;
        for (let dy = -RADIUS; dy <= RADIUS; dy++)
          for (let dx = -RADIUS; dx <= RADIUS; dx++) sum += at(image, (i % SIDE) + dx, Math.floor(i / SIDE) + dy);
        return sum / (2 * RADIUS + 1) ** 2 - v;
      }),
    code: `const direction = image.map((v, i) => {
  let sum = 0;
  for (let dy = -${RADIUS}; dy <= ${RADIUS}; dy++)
    for (let dx = -${RADIUS}; dx <= ${RADIUS}; dx++) sum += at(image, (i % ${SIDE}) + dx, Math.floor(i / ${SIDE}) + dy);
  return sum / ${(2 * RADIUS + 1) ** 2} - v;
});`,
  },
  blocks: {
    label: { en: "blocks, as of strong JPEG", zh: "方块，如过度压缩的JPEG" },
    of: (image) =>
      image.map((v, i) => {
        let sum = 0;
        for (let k = 0; k < 64; k++)
          sum += at(image, ((i % SIDE) & ~7) + (k % 8), (Math.floor(i / SIDE) & ~7) + Math.floor(k / 8));
        return sum / 64 - v;
      }),
    code: `const direction = image.map((v, i) => {
  let sum = 0;
  for (let k = 0; k < 64; k++)
    sum += at(image, ((i % ${SIDE}) & ~7) + (k % 8), (Math.floor(i / ${SIDE}) & ~7) + Math.floor(k / 8));
  return sum / 64 - v;
});`,
  },
  shift: {
    label: { en: "shift by a pixel", zh: "平移一个像素" },
    of: (image) => image.map((v, i) => at(image, (i % SIDE) + 1, Math.floor(i / SIDE)) - v),
    code: `const direction = image.map((v, i) => at(image, (i % ${SIDE}) + 1, Math.floor(i / ${SIDE})) - v);`,
  },
};

export const damageChoices = Object.entries(damages).map(([value, { label }]) => ({ value, label }));

/** Damage of each image, scaled to a root mean square of 1: made once. */
const made = new WeakMap<Pixels, Map<string, Pixels>>();
const length = (direction: Pixels) => Math.sqrt(direction.reduce((sum, d) => sum + d * d, 0) / direction.length);

function unitDamage(image: Pixels, kind: string): Pixels {
  const kinds = made.get(image) ?? new Map<string, Pixels>();
  made.set(image, kinds);
  const known = kinds.get(kind);
  if (known) return known;
  const raw = (damages[kind] as Damage).of(image);
  const size = length(raw);
  const unit = raw.map((d) => d / size);
  kinds.set(kind, unit);
  return unit;
}

/** An image with damage of a given root mean square. */
export function damaged(image: Pixels, kind: string, strength: number): Pixels {
  const unit = unitDamage(image, kind);
  return image.map((v, i) => v + strength * (unit[i] as number));
}

/** Declares `damaged`, behind pictureCode. */
export const damagedCode = (kind: string, strength: number): string => `${(damages[kind] as Damage).code}
const length = Math.sqrt(direction.reduce((sum, d) => sum + d * d, 0) / direction.length);
const damaged = image.map((v, i) => v + (${strength} * direction[i]) / length);`;

/** A picture below its name; `marks` lie over it, in pixels, with y upwards. */
export function drawPicture(
  { plot, width }: Pick<View<unknown, unknown>, "plot" | "width">,
  pixels: Pixels,
  name: string,
  marks: Plot.Markish[] = [],
): SVGSVGElement {
  const side = Math.round(Math.sqrt(pixels.length));
  return plot({
    x: { axis: null, domain: [0, side] },
    y: { axis: null, domain: [0, side] },
    marginTop: 22,
    marginLeft: 11,
    marginRight: 11,
    marginBottom: 0,
    marks: [
      Plot.image([0], {
        x: side / 2,
        y: side / 2,
        width: width - 22,
        height: width - 22,
        src: () => pngOf(pixels, side, side),
        imageRendering: "pixelated",
      }),
      Plot.text([name], { frameAnchor: "top", dy: -14, text: (d) => d, fill: colour.quiet }),
      ...marks,
    ],
  });
}
