/** `lossary models`: networks that were fetched and verified, by name. The one command that ever contacts a network. */
import { Argument, Command, InvalidArgumentError } from "commander";
import { type PresetName, presets } from "../networks/presets.ts";
import { usageError } from "./errors.ts";
import { showBytes } from "./files/limits.ts";
import { knownModel, knownModels } from "./models/known.ts";
import { pull } from "./models/pull.ts";
import { listModels, modelPath, readRecord } from "./models/store.ts";
import { exportScript, isRecipe } from "./scores/export.ts";
import { addJsonFlag } from "./scores/flags.ts";
import { printJson } from "./terminal/json.ts";
import { writeOut } from "./terminal/print.ts";
import { alignedTable } from "./terminal/text.ts";

interface PullFlags {
  readonly sha256?: string;
  readonly name?: string;
  readonly maxSize: number;
  readonly json?: boolean;
}

const EXAMPLES = `
Models are kept in $LOSSARY_CACHE/models, else in the user's cache folder. A pull that broke off goes on where it was; a
model can be used only when its checksum is the one given. The networks the presets are named after are published as
PyTorch weights: export prints a Python script that makes ONNX of them.

Examples:
  lossary models export fid-inception > export.py && python3 export.py fid-inception.onnx
  lossary models pull https://example.org/inception.onnx --sha256 2f5b…
  lossary models pull imagenet-inception
  lossary is generated/ --model imagenet-inception --logits --preprocess torchvision-inception`;

const KNOWN = `
Known names, from the ONNX Model Zoo, with the checksums stated there:
${Object.entries(knownModels)
  .map(([name, { text }]) => `  ${name.padEnd(20)}${text}`)
  .join("\n")}`;

export function modelsCommand(): Command {
  const command = new Command("models")
    .summary("fetch networks for the scores, and list those there are")
    .description("Fetches ONNX networks, verifies them and keeps them under a name that --model takes.")
    .addHelpText("after", EXAMPLES);
  const pulling = command
    .command("pull")
    .description("download a model, or go on with a download that broke off")
    .argument(
      "<url|name>",
      "where it is (http or https), the name of one that was pulled before, or a name known below",
    )
    .option("--sha256 <hex>", "checksum the file must have; needed with a URL", readChecksum)
    .option("--name <name>", "name to keep it under (default: the URL's last part, without .onnx)", readName)
    .option("--max-size <megabytes>", "refuse a larger file", readMegabytes, 2000);
  pulling.addHelpText("after", KNOWN);
  addJsonFlag(pulling).action(pullModel);
  command
    .command("export")
    .description("print a Python script that makes a known network's model")
    .addArgument(new Argument("<preset>", "the network").choices(Object.keys(presets)))
    .action((name: PresetName) => writeOut(exportScript(name)));
  addJsonFlag(command.command("list").description("list the models that were pulled")).action(list);
  return command;
}

function readChecksum(text: string): string {
  if (/^[0-9a-f]{64}$/i.test(text)) return text.toLowerCase();
  throw new InvalidArgumentError("Expected 64 hexadecimal digits.");
}

function readName(text: string): string {
  if (/^[\w][\w.-]{0,99}$/.test(text)) return text;
  throw new InvalidArgumentError("Expected letters, digits, dots, hyphens and underscores.");
}

function readMegabytes(text: string): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (value > 0) return value;
  throw new InvalidArgumentError("Expected a number of megabytes.");
}

async function pullModel(source: string, { sha256, name, maxSize, json }: PullFlags): Promise<void> {
  const wanted = /^[a-z][a-z\d+.-]*:\/\//i.test(source)
    ? fromUrl(source, sha256, name)
    : await fromRecord(source, sha256, name);
  const bytes = await pull({ ...wanted, maxBytes: Math.floor(maxSize * 1e6) });
  if (bytes === null) return;
  const path = modelPath(wanted.name);
  if (json) printJson({ ...wanted, bytes, path });
  else writeOut(`${wanted.name}  ${showBytes(bytes)}  ${path}\n`);
}

function fromUrl(text: string, sha256: string | undefined, name: string | undefined) {
  if (!URL.canParse(text) || !/^https?:/i.test(text))
    throw usageError(`"${text}": expected an address that begins with http:// or https://`);
  if (!sha256) throw usageError("--sha256 says what the file must be; the site of the model should state it");
  const url = new URL(text);
  const last = (url.pathname.split("/").at(-1) ?? "").replace(/\.onnx$/i, "");
  if (name === undefined && !/^[\w][\w.-]{0,99}$/.test(last))
    throw usageError(`"${text}": its last part makes no name; give one with --name`);
  return { url: url.href, sha256, name: name ?? last };
}

async function fromRecord(name: string, sha256: string | undefined, rename: string | undefined) {
  const record = (await readRecord(name)) ?? knownModel(name);
  if (!record) throw usageError(`"${name}": no model of that name was pulled before; ${wayTo(name)}`);
  if (rename) throw usageError("--name goes with a URL");
  return { url: record.url, sha256: sha256 ?? record.sha256, name };
}

const wayTo = (name: string): string =>
  isRecipe(name)
    ? `it is published as PyTorch weights, of which the script that lossary models export ${name} prints makes a model; one that lies ready elsewhere is pulled by its URL with --sha256 and --name ${name}`
    : `give its URL, or one of ${Object.keys(knownModels).join(", ")}`;

async function list({ json }: { json?: boolean }): Promise<void> {
  const models = await listModels();
  if (json) printJson(models);
  else if (models.length === 0) writeOut("No models; lossary models pull fetches one.\n");
  else {
    const rows = models.map(({ name, bytes, sha256, url }) => [
      name,
      showBytes(bytes),
      sha256?.slice(0, 12) ?? "unknown",
      url ?? "unknown",
    ]);
    writeOut(`${alignedTable([["name", "size", "sha256", "from"], ...rows], ["left", "right"])}\n`);
  }
}
