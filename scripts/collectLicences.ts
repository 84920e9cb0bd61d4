import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

interface Bundle {
  readonly [file: string]: { readonly type: string; readonly moduleIds?: readonly string[] };
}

/** The folder of the package a module belongs to, if it comes from node_modules. */
function packageOf(module: string): string | undefined {
  if (!module.includes("/node_modules/")) return undefined;
  for (let folder = dirname(module.replace(/^\0/, "")); folder.includes("/node_modules/"); folder = dirname(folder)) {
    const manifest = join(folder, "package.json");
    if (existsSync(manifest) && JSON.parse(readFileSync(manifest, "utf8")).name) return folder;
  }
  return undefined;
}

function licenceOf(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file));
  const texts = files.map((file) => readFileSync(join(folder, file), "utf8").trim());
  if (texts.length === 0) throw new Error(`${name} is bundled, but its licence (${license}) is in no file of its own`);
  return `${name} ${version} (${license})\n\n${texts.join("\n\n")}`;
}

/** A bundler plugin: writes the licences of the packages that went into a bundle into one text beside it. */
export const collectLicences = {
  name: "collect-licences",
  generateBundle(
    this: { emitFile(file: { type: "asset"; fileName: string; source: string }): void },
    _: unknown,
    bundle: Bundle,
  ) {
    const modules = Object.values(bundle).flatMap(({ moduleIds }) => moduleIds ?? []);
    const folders = [...new Set(modules.map(packageOf).filter((folder) => folder !== undefined))].sort();
    const rule = `\n\n${"-".repeat(80)}\n\n`;
    const source = ["The command line contains these packages.", ...folders.map(licenceOf)].join(rule);
    this.emitFile({ type: "asset", fileName: "THIRD-PARTY-LICENSES.txt", source: `${source}\n` });
  },
};
