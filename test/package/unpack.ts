import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

export const root = resolve(import.meta.dirname, "../..");

/** A project in a temporary folder that has the packed package installed, as a user gets it. */
export interface Consumer {
  readonly folder: string;
  /** Paths in the package. */
  readonly files: readonly string[];
  dispose(): void;
}

export function unpack(): Consumer {
  const folder = mkdtempSync(join(tmpdir(), "lossary-package-"));
  const npm = ["pack", "--json", "--ignore-scripts", "--pack-destination", folder];
  const [{ filename, files }] = JSON.parse(
    execFileSync("npm", npm, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }),
  );
  const target = join(folder, "node_modules", "lossary");
  mkdirSync(target, { recursive: true });
  execFileSync("tar", ["-xzf", join(folder, filename), "-C", target, "--strip-components=1"]);
  return {
    folder,
    files: (files as { path: string }[]).map(({ path }) => path),
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
}
