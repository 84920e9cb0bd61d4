/** States: shards that are joined, runs that are interrupted and gone on with, features kept between runs. */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { npyBytes } from "../../src/cli/files/write.ts";
import { file, path } from "../cli/folder.ts";
import { colourFlags, noiseImages } from "./images.ts";
import { lossary, outcome } from "./program.ts";

const COUNT = 23;
let flags: string[];
let real: string;
let generated: string;
beforeAll(async () => {
  flags = colourFlags();
  real = await noiseImages("real", COUNT, 11);
  generated = await noiseImages("generated", COUNT, 12);
});
afterEach(() => vi.restoreAllMocks());

async function shards(command: string, of: number): Promise<string[]> {
  const states = Array.from({ length: of }, (_, i) => path(`${command}-${i}.state`));
  for (const [i, state] of states.entries())
    await outcome(command, generated, ...flags, "--shard", `${i}/${of}`, "--save-state", state);
  return states;
}

it("gives the FID of one run from shards in any order to 1e-10", async () => {
  const { fid } = await outcome("fid", real, generated, ...flags);
  const [a, b, c, d] = (await shards("fid", 4)) as [string, string, string, string];
  await outcome("merge", d, b, "--save-state", path("bd.state"));
  const joined = await outcome("merge", c, path("bd.state"), a, "--save-state", path("all.state"));
  expect(joined).toMatchObject({ count: COUNT, shards: null, warnings: [] });
  const merged = await outcome("fid", real, path("all.state"), ...flags);
  expect(Math.abs(merged.fid / fid - 1)).toBeLessThan(1e-10);
});

it("gives the very KID and Inception score of one run from shards in any order", async () => {
  const whole = await outcome("kid", real, generated, ...flags);
  const [a, b, c] = (await shards("kid", 3)) as [string, string, string];
  await outcome("merge", c, a, b, "--save-state", path("rows.state"));
  const { mean, std } = await outcome("kid", real, path("rows.state"), ...flags);
  expect({ mean, std }).toEqual({ mean: whole.mean, std: whole.std });
  const score = (...set: string[]) => outcome("is", ...set, "--logits", "--splits", "4");
  expect((await score(path("rows.state"))).mean).toBe((await score(generated, ...flags)).mean);
});

it("says which shards are missing, doubled or of another set", async () => {
  const [a, b, c] = (await shards("fid", 3)) as [string, string, string];
  const merge = (...states: string[]) => lossary("merge", ...states, "--save-state", path("some.state"));
  expect((await merge(a, c)).stderr).toMatch(/warning: 2 of 3 shards are there, without number 1/);
  expect((await lossary("fid", path("some.state"), path("some.state"))).stderr).toMatch(/holds 2 of 3 shards/);
  expect((await merge(a, b, a)).stderr).toMatch(/fid-0\.state and .*fid-0\.state both hold shard 0/);
  const wider = await noiseImages("wider", COUNT, 5, 7, 5);
  await outcome("fid", wider, ...flags, "--shard", "1/3", "--save-state", path("other.state"));
  expect((await merge(a, path("other.state"))).stderr).toMatch(/are shards of different sets/);
  await outcome("kid", generated, ...flags, "--save-state", path("kind.state"));
  expect((await merge(a, path("kind.state"))).stderr).toMatch(/are states of different scores/);
});

it("refuses to compare features of other networks or preprocessing, and damaged states", async () => {
  await outcome("fid", real, ...flags, "--save-state", path("real.state"));
  const steps = file("other.json", JSON.stringify({ divide: 127 }));
  const other = await lossary("fid", path("real.state"), generated, ...flags, "--preprocess", steps);
  expect(other.stderr).toMatch(/were prepared differently \(their --preprocess differs\)/);
  const same = await lossary("fid", path("real.state"), generated, ...flags, "--output", "same");
  expect(same.stderr).toMatch(/are different outputs of the network, colour and same/);
  const bytes = readFileSync(path("real.state"));
  bytes[bytes.length - 3] = (bytes[bytes.length - 3] as number) ^ 1;
  writeFileSync(path("damaged.state"), bytes);
  expect((await lossary("fid", path("damaged.state"), generated, ...flags)).stderr).toMatch(
    /damaged\.state: is damaged/,
  );
  file("text.state", "text");
  expect((await lossary("fid", path("text.state"), generated, ...flags)).stderr).toMatch(/is no saved state/);
});

it("cuts features in files into shards, too", async () => {
  const data = Float64Array.from({ length: 60 }, (_, i) => Math.sin(i * i));
  const array = file("array.npy", npyBytes({ data, shape: [20, 3] }));
  for (const i of [0, 1, 2]) await outcome("fid", array, "--shard", `${i}/3`, "--save-state", path(`array-${i}.state`));
  const states = [2, 0, 1].map((i) => path(`array-${i}.state`));
  expect((await outcome("merge", ...states, "--save-state", path("array.state"))).count).toBe(20);
  expect((await outcome("fid", array, path("array.state"))).fid).toBeLessThan(1e-12);
});

/** Runs a command and interrupts it as soon as it listens; the first batch is finished all the same. */
async function interrupted(...args: string[]) {
  const kill = vi.spyOn(process, "kill").mockReturnValue(true);
  const before = process.listenerCount("SIGINT");
  const running = lossary(...args);
  while (process.listenerCount("SIGINT") === before) await new Promise(setImmediate);
  process.emit("SIGINT", "SIGINT");
  const { stderr } = await running;
  expect(kill).toHaveBeenCalledExactlyOnceWith(process.pid, "SIGINT");
  kill.mockRestore();
  return stderr;
}

it.each(["fid", "kid"])("goes on from where %s was interrupted, with the same result", async (command) => {
  const partial = path(`${command}.partial`);
  const args = [command, real, generated, ...flags, "--batch", "5", "--no-cache"];
  const expected = await outcome(...args);
  for (const done of [5, 10]) {
    expect(await interrupted(...args, "--resume", partial)).toMatch(new RegExp(`interrupted after ${done} images`));
    expect(existsSync(partial)).toBe(true);
  }
  const other = await lossary(command, generated, real, ...flags, "--no-cache", "--resume", partial);
  expect(other.stderr).toMatch(/was left by other work/);
  const steps = await lossary(...args, "--resume", partial, "--batch", "4", "--json");
  const { fid, ...rest } = JSON.parse(steps.stdout);
  const { fid: whole, ...others } = expected;
  expect(rest).toEqual(others);
  if (command === "fid") expect(Math.abs(fid / whole - 1)).toBeLessThan(1e-10);
  expect(existsSync(partial)).toBe(false);
});

it("remembers over an interruption what size the images have", async () => {
  const folder = await noiseImages("sizes", 4, 1);
  await noiseImages("sizes/z", 1, 2, 9, 9);
  const args = ["fid", folder, real, ...flags, "--batch", "4", "--no-cache", "--resume", path("sizes.partial")];
  await interrupted(...args);
  expect((await lossary(...args)).stderr).toMatch(/z\/00\.png: is 9x9, but .*00\.png is 6x5/);
});

it("keeps features by content, network and preprocessing", async () => {
  rmSync(path("cache"), { recursive: true, force: true });
  const { fid } = await outcome("fid", real, generated, ...flags);
  const features = () => readdirSync(path("cache/features"));
  const rows = () =>
    features().flatMap((key) => readdirSync(path(`cache/features/${key}`)).filter((name) => name.endsWith(".rows")));
  expect(features()).toHaveLength(1);
  expect(rows()).toHaveLength(1);
  expect((await outcome("fid", real, generated, ...flags)).fid).toBe(fid);
  expect(rows()).toHaveLength(1);
  const steps = file("halved.json", JSON.stringify({ divide: 127.5 }));
  const halved = await outcome("fid", real, generated, ...flags, "--preprocess", steps);
  expect(Math.abs(halved.fid / fid - 4)).toBeLessThan(1e-4);
  expect(features()).toHaveLength(2);
});

describe("the cache's bound", () => {
  const sizes = () => {
    const folder = path("cache/features");
    const keys = readdirSync(folder);
    return keys.flatMap((key) => readdirSync(join(folder, key)).filter((name) => name.endsWith(".rows")));
  };
  const RECORD = 44 + 3 * 4;
  const score = (set: string, ...more: string[]) => outcome("fid", set, set, ...flags, ...more);
  const limit = (bytes: number) => vi.stubEnv("LOSSARY_CACHE_SIZE", String(bytes / 1e6));
  beforeEach(() => rmSync(path("cache"), { recursive: true, force: true }));
  afterEach(() => vi.unstubAllEnvs());

  it("removes what was longest of no use", async () => {
    const third = await noiseImages("third", COUNT, 13);
    await score(real);
    const [oldest] = sizes() as [string];
    await score(generated);
    const newer = sizes().find((name) => name !== oldest) as string;
    // Used again: now it is the other that goes.
    await new Promise((resolve) => setTimeout(resolve, 20));
    await score(real);
    limit(2 * COUNT * RECORD);
    await score(third);
    expect(sizes()).toHaveLength(2);
    expect(sizes()).toContain(oldest);
    expect(sizes()).not.toContain(newer);
  });

  it("keeps no more of one run than there is room for", async () => {
    limit(8 * RECORD);
    const { fid } = await score(real, "--batch", "4");
    expect((await outcome("cache", "list")).bytes).toBe(8 * RECORD);
    expect(Math.abs((await score(real, "--batch", "4")).fid - fid)).toBeLessThan(1e-9);
    limit(0);
    await score(generated);
    expect((await outcome("cache", "list")).bytes).toBe(8 * RECORD);
  });

  it("lists and clears", async () => {
    expect(await outcome("cache", "list")).toEqual({
      folder: path("cache/features"),
      bytes: 0,
      limit: 4e9,
      networks: [],
    });
    await score(real);
    const { networks, bytes } = await outcome("cache", "list");
    expect(networks).toMatchObject([{ output: "colour", dimension: 3, bytes: COUNT * RECORD }]);
    expect(bytes).toBe(COUNT * RECORD);
    expect((await lossary("cache", "list")).stdout).toMatch(/ colour +3 +1\.29 kB +20\d\d-.*\n\n1\.29 kB of 4 GB in /s);
    expect(await outcome("cache", "clear")).toEqual({ removed: COUNT * RECORD });
    expect(sizes()).toEqual([]);
  });

  it("refuses a limit that is none", async () => {
    vi.stubEnv("LOSSARY_CACHE_SIZE", "2GB");
    const { code, stderr } = await lossary("fid", real, real, ...flags);
    expect(stderr).toBe('lossary: LOSSARY_CACHE_SIZE is "2GB", expected a number of megabytes\n');
    expect(code).toBe(2);
  });
});

it("computes a feature anew where the cache is damaged", async () => {
  rmSync(path("cache"), { recursive: true, force: true });
  const { fid } = await outcome("fid", real, generated, ...flags);
  const [key] = readdirSync(path("cache/features")) as [string];
  const name = readdirSync(path(`cache/features/${key}`)).find((entry) => entry.endsWith(".rows")) as string;
  const rows = path(`cache/features/${key}/${name}`);
  const bytes = readFileSync(rows);
  bytes[50] = (bytes[50] as number) ^ 64;
  writeFileSync(rows, bytes.subarray(0, bytes.length - 7));
  expect(Math.abs((await outcome("fid", real, generated, ...flags)).fid / fid - 1)).toBeLessThan(1e-6);
});

it("merge refuses a state that is named twice", async () => {
  const state = path("twice.state");
  await outcome("fid", generated, ...flags, "--save-state", state);
  const { code, stderr } = await lossary("merge", state, state, "--save-state", path("double.state"));
  expect(code).toBe(2);
  expect(stderr).toMatch(/^lossary: .*twice\.state is named twice; its samples would count twice\n$/);
  expect(existsSync(path("double.state"))).toBe(false);
});
