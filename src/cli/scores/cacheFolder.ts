/** Where features and models are kept between runs: LOSSARY_CACHE, else "lossary" in the user's cache folder. */
import { homedir } from "node:os";
import { join } from "node:path";

export function cacheFolder(...inside: readonly string[]): string {
  const { LOSSARY_CACHE, XDG_CACHE_HOME } = process.env;
  const base = LOSSARY_CACHE || join(XDG_CACHE_HOME || join(homedir(), ".cache"), "lossary");
  return join(base, ...inside);
}
