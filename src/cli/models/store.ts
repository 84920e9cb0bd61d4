/** The models that were pulled: NAME.onnx, and NAME.json, which says where it came from. */
import { readdir, readFile, stat } from "node:fs/promises";
import { Readable } from "node:stream";
import { replaceFile } from "../files/replace.ts";
import { cacheFolder } from "../scores/cacheFolder.ts";

export interface ModelRecord {
  readonly name: string;
  readonly url: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** A model that is there; without url and checksum where its record is missing or damaged. */
export type ListedModel = Pick<ModelRecord, "name" | "bytes"> & {
  readonly [key in "url" | "sha256"]: string | null;
};

export const modelPath = (name: string): string => cacheFolder("models", `${name}.onnx`);
const recordPath = (name: string) => cacheFolder("models", `${name}.json`);

export async function readRecord(name: string): Promise<ModelRecord | undefined> {
  if (!/^[\w][\w.-]*$/.test(name)) return undefined;
  const text = await readFile(recordPath(name), "utf8").catch(() => null);
  return text === null ? undefined : parseRecord(text);
}

/** Undefined where the record is damaged. */
function parseRecord(text: string): ModelRecord | undefined {
  try {
    const record: ModelRecord | null = JSON.parse(text);
    return typeof record?.url === "string" && typeof record.sha256 === "string" ? record : undefined;
  } catch {
    return undefined;
  }
}

export const writeRecord = (record: ModelRecord): Promise<void> =>
  replaceFile(recordPath(record.name), Readable.from([`${JSON.stringify(record)}\n`]));

export async function listModels(): Promise<ListedModel[]> {
  const names = await readdir(cacheFolder("models")).catch(() => []);
  const models = names.filter((name) => name.endsWith(".onnx")).map((name) => name.slice(0, -".onnx".length));
  return Promise.all(models.sort().map(async (name) => (await readRecord(name)) ?? (await withoutRecord(name))));
}

async function withoutRecord(name: string): Promise<ListedModel> {
  const found = await stat(modelPath(name)).catch(() => null);
  return { name, url: null, sha256: null, bytes: found?.size ?? 0 };
}
