import type { Filter } from "./resize.ts";

/** The steps in their order: resize, clip, crop, (pixel / divide − mean) / std, layout. Channels are red, green, blue. */
export interface Preprocessing {
  /** Target [height, width], or the length of the shorter side with the aspect kept (the longer one is rounded down). Default null: not resized. */
  readonly resize?: number | readonly [height: number, width: number] | null;
  /** Default "bilinear". */
  readonly filter?: Filter;
  /** Whether the filter is stretched when an image shrinks, as PIL does. Default true. */
  readonly antialias?: boolean;
  /** Whether resized pixels are rounded to 8 bits, as PIL does for RGB images. Default true. */
  readonly round?: boolean;
  /** Whether resized pixels that are not rounded are clipped to 0…255, as clean-fid does: bicubic overshoots beside sharp edges. Rounded ones always are. Default false. */
  readonly clip?: boolean;
  /** Middle [height, width] that is kept. Default null: all. */
  readonly crop?: readonly [height: number, width: number] | null;
  /** What pixels of 0…255 are divided by. Default 255; 1, and nothing else, for a network whose input is uint8. */
  readonly divide?: number;
  /** Subtracted from each channel after the division. Default [0, 0, 0]. */
  readonly mean?: readonly [red: number, green: number, blue: number];
  /** Each channel is divided by it at last. Default [1, 1, 1]. */
  readonly std?: readonly [red: number, green: number, blue: number];
  /** Axes of the network's input. Default "NCHW". */
  readonly layout?: "NCHW" | "NHWC";
}
