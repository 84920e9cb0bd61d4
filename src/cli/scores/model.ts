/** The network that turns images into features, from its file, with what identifies it. */

import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { LossaryError } from "../../lossaryError.ts";
import { type FeatureNetwork, loadNetwork } from "../../networks/network.ts";
import { resolvePreprocessing } from "../../networks/preprocess.ts";
import type { Preprocessing } from "../../networks/preprocessing.ts";
import { type PresetName, presets } from "../../networks/presets.ts";
import { dataError, fileError, usageError } from "../errors.ts";
import { cacheFolder } from "./cacheFolder.ts";
import { isRecipe } from "./export.ts";
import type { Origin } from "./state.ts";

export interface Model {
  readonly network: FeatureNetwork;
  readonly origin: Origin;
}

export interface ModelFlags {
  readonly model?: string;
  readonly output?: string;
  readonly preprocess?: string;
}

/** What the library says of a user's model or images is a fault of data; anything else is one of the program. */
export const asDataError =
  (where: string) =>
  (error: unknown): never => {
    if (error instanceof LossaryError) throw dataError(`${where}: ${error.message.replace(/^\w+: /, "")}`);
    throw error;
  };

/** `folder` is the images' folder, for which a model is asked. */
export async function loadModel(folder: string, flags: ModelFlags): Promise<Model> {
  if (!flags.model)
    throw usageError(`${folder} is a folder of images: --model names the .onnx network that turns them into features`);
  const preprocessing = await readPreprocessing(flags.preprocess);
  const { path, bytes } = await readModel(flags.model);
  const network = await loadNetwork(bytes, { preprocessing, output: flags.output }).catch(asDataError(path));
  const model = createHash("sha256").update(bytes).digest("hex");
  return { network, origin: { model, output: network.output, preprocessing: network.preprocessing } };
}

async function readModel(name: string): Promise<{ path: string; bytes: Uint8Array }> {
  const candidates = [name, ...(/[\\/]/.test(name) ? [] : [cacheFolder("models", `${name}.onnx`)])];
  for (const path of candidates) {
    const found = await stat(path).catch(() => null);
    if (!found) continue;
    const bytes = await readFile(path).catch((error: unknown) => {
      throw fileError(path, error);
    });
    return { path, bytes };
  }
  const way = isRecipe(name) ? `; lossary models export ${name} prints a script that makes it` : "";
  throw dataError(
    `${name}: there is no such file, nor a model of that name that lossary models pull has fetched${way}`,
  );
}

/** The steps as they are given, checked: the network's input decides on some defaults. */
async function readPreprocessing(given: string | undefined): Promise<Preprocessing | PresetName> {
  const names = Object.keys(presets).join(", ");
  if (given === undefined)
    throw usageError(`--preprocess states how the network wants its images: ${names}, or a .json file with the steps`);
  if (!/\.json$/i.test(given)) {
    if (!Object.hasOwn(presets, given))
      throw usageError(`--preprocess is "${given}", expected ${names}, or a .json file with the steps`);
    return given as PresetName;
  }
  const text = await readFile(given, "utf8").catch((error: unknown) => {
    throw fileError(given, error);
  });
  let steps: Preprocessing;
  try {
    steps = JSON.parse(text);
  } catch {
    throw dataError(`${given}: is no JSON`);
  }
  try {
    resolvePreprocessing(given, steps);
  } catch (error) {
    throw dataError((error as Error).message);
  }
  return steps;
}
