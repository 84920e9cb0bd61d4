/** States: shards that are joined, runs that are interrupted and gone on with, features kept between runs. */
import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { npyBytes } from "../../src/cli/files/write.ts";
import { MomentsCollector, newCollector } from "../../src/cli/scores/collector.ts";
import { Run } from "../../src/cli/scores/run.ts";
import { seededRandom } from "../../src/random.ts";
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
  expect((await lossary("fid", path("text.state"), generated, ...flags)).stderr).toMatch(/is not a saved state/);
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

it("does not write over what another interrupted run left", async () => {
  const home = process.cwd();
  process.chdir(dirname(path("x")));
  try {
    const args = ["fid", real, generated, ...flags, "--batch", "5", "--no-cache"];
    expect(await interrupted(...args)).toMatch(/kept in lossary-fid\.partial; the same command with --resume goes on/);
    const first = readFileSync("lossary-fid.partial");
    const other = await interrupted("fid", generated, real, ...flags, "--batch", "5", "--no-cache");
    expect(other).toMatch(
      /kept in lossary-fid-2\.partial; the same command with --resume lossary-fid-2\.partial goes on/,
    );
    expect(readFileSync("lossary-fid.partial").equals(first)).toBe(true);
  } finally {
    process.chdir(home);
  }
});

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

/** Runs a command and interrupts it at its n-th pause, n from 1: those of the batches come first. */
async function interruptedAt(n: number, ...args: string[]) {
  const kill = vi.spyOn(process, "kill").mockReturnValue(true);
  let pauses = 0;
  const { pause } = Run.prototype;
  const spy = vi.spyOn(Run.prototype, "pause").mockImplementation(function (this: Run) {
    if (++pauses === n) process.emit("SIGINT", "SIGINT");
    return pause.call(this);
  });
  const { code, stderr, stdout } = await lossary(...args);
  expect(stderr).toMatch(/^lossary: interrupted after \d+ images?, kept in /);
  expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
  expect(kill).toHaveBeenCalledExactlyOnceWith(process.pid, "SIGINT");
  kill.mockRestore();
  spy.mockRestore();
}

describe.each(["fid", "kid"])("%s that is interrupted again and again", (command) => {
  // Two folders of five batches each.
  const BATCHES = 10;
  const partial = path(`again-${command}.partial`);
  const args = () => [command, real, generated, ...flags, "--batch", "5", "--no-cache", "--resume", partial];

  it("goes on from every batch, also the last of a folder", async () => {
    const expected = await outcome(...args());
    for (let n = 1; n <= BATCHES; n++) {
      await interruptedAt(n, ...args());
      expect(await outcome(...args())).toEqual(expected);
      expect(existsSync(partial)).toBe(false);
    }
  });

  it("goes on after any number of interruptions", async () => {
    const expected = await outcome(...args());
    // One batch a run, through both folders; then twice in the second folder; then the end of the first and one more.
    for (const pauses of [Array(BATCHES).fill(1), [7, 2], [5, 1, 3], [3, 2, 5]]) {
      for (const n of pauses) await interruptedAt(n, ...args());
      expect(await outcome(...args())).toEqual(expected);
    }
  });

  it("goes on from the score, when all images are seen", async () => {
    const expected = await outcome(...args());
    const follow = vi.spyOn(Run.prototype, "follow").mockImplementation(async function (this: Run) {
      process.emit("SIGINT", "SIGINT");
      await this.pause();
    } as never);
    vi.spyOn(process, "kill").mockReturnValue(true);
    expect((await lossary(...args())).stderr).toMatch(/interrupted after 46 images, kept in/);
    follow.mockRestore();
    expect(await outcome(...args())).toEqual(expected);
  });
});

it("takes one folder under two names in one pass", async () => {
  const partial = path("same.partial");
  const args = ["fid", real, real, ...flags, "--batch", "5", "--no-cache", "--resume", partial];
  await interruptedAt(3, ...args);
  const { fid, generated: set } = await outcome(...args);
  expect(fid).toBeLessThan(1e-12);
  expect(set.count).toBe(COUNT);
});

it("keeps moments to the bit wherever rows are cut and the state is saved", () => {
  const [rows, d] = [1300, 3];
  const random = seededRandom(4);
  const data = Float32Array.from({ length: rows * d }, () => random.normal() + 5);
  const whole = new MomentsCollector(d);
  whole.add(data);
  for (const step of [1, 100, 511, 512, 513, 1000]) {
    let collector = newCollector("moments", d) as MomentsCollector;
    for (let at = 0; at < rows; at += step) {
      collector.add(data.subarray(at * d, (at + step) * d));
      if (step === 1 && at % 37 > 0) continue;
      const section = {
        ...collector.save(),
        dimension: d,
        count: collector.count,
        origin: null,
        shards: null,
        set: null,
      };
      collector = newCollector("moments", d, section) as MomentsCollector;
    }
    expect(collector.count).toBe(rows);
    expect(collector.statistics.toBytes()).toEqual(whole.statistics.toBytes());
  }
});

it("says where an interrupted run could not be kept", async () => {
  const kill = vi.spyOn(process, "kill").mockReturnValue(true);
  const partial = path("nowhere/x.partial");
  const args = ["fid", real, generated, ...flags, "--batch", "5", "--no-cache", "--resume", partial];
  const running = lossary(...args);
  const before = process.listenerCount("SIGINT");
  while (process.listenerCount("SIGINT") === before) await new Promise(setImmediate);
  process.emit("SIGINT", "SIGINT");
  expect((await running).stderr).toBe(
    `lossary: interrupted after 5 images, which are not kept (${partial}: there is no such folder); --resume <file> names another place\n`,
  );
  expect(kill).toHaveBeenCalledOnce();
});

it("leaves signals alone where nothing could be kept", async () => {
  const array = file("signals.npy", npyBytes({ data: Float64Array.of(1, 2, 3, 5), shape: [4, 1] }));
  const on = vi.spyOn(process, "on");
  for (const command of ["fid", "kid"]) await outcome(command, array, array);
  expect(on.mock.calls.filter(([event]) => event === "SIGINT")).toEqual([]);
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
    expect((await lossary("cache", "list")).stdout).toMatch(
      /^key .* preprocessing\n[0-9a-f]{12} .* colour +3 +1\.29 kB +20\d\d-\S+ +as they are\n\n1\.29 kB of 4 GB in /s,
    );
    const steps = file("resized.json", JSON.stringify({ resize: [4, 4], divide: 127 }));
    await score(real, "--preprocess", steps);
    expect((await lossary("cache", "list")).stdout).toMatch(/ resize \[4,4\] divide 127\n/);
    const two = (await outcome("cache", "list")).networks;
    const [plain, resized] = [null, [4, 4]].map(
      (size) =>
        two.find(
          (network: { preprocessing: { resize: unknown } }) => String(network.preprocessing.resize) === String(size),
        ).key,
    );
    expect((await lossary("cache", "clear", "xyz")).stderr).toMatch(
      /nothing is kept under a key that begins with "xyz"/,
    );
    expect(await outcome("cache", "clear", resized.slice(0, 12))).toEqual({ removed: COUNT * RECORD });
    expect((await outcome("cache", "list")).networks).toMatchObject([{ key: plain }]);
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

describe("a cache that is of no use", () => {
  beforeEach(() => rmSync(path("cache"), { recursive: true, force: true }));
  afterEach(() => vi.unstubAllEnvs());

  it("is written anew where about.json is damaged, listed and cleared all the same", async () => {
    const { fid } = await outcome("fid", real, generated, ...flags);
    const [key] = readdirSync(path("cache/features")) as [string];
    const about = path(`cache/features/${key}/about.json`);
    const whole = readFileSync(about, "utf8");
    for (const text of [whole.slice(0, 40), "", "[]", '{"dimension":-1}']) {
      writeFileSync(about, text);
      expect(await outcome("cache", "list")).toMatchObject({ networks: [{ key, damaged: true }] });
      expect((await lossary("cache", "list")).stdout).toMatch(/about\.json is damaged/);
      const run = await lossary("fid", real, generated, ...flags, "--json");
      expect(run.stderr).toMatch(
        /^lossary: warning: .*about\.json: is damaged; the features beside it are computed anew$/m,
      );
      expect(JSON.parse(run.stdout).fid).toBe(fid);
      expect(readFileSync(about, "utf8")).toBe(whole);
    }
    writeFileSync(about, "{");
    expect((await outcome("cache", "clear")).removed).toBeGreaterThan(0);
  });

  it("is done without where it cannot be written", async () => {
    const { fid } = await outcome("fid", real, generated, ...flags, "--no-cache");
    vi.stubEnv("LOSSARY_CACHE", join(file("no-folder", "x"), "cache"));
    const run = await lossary("fid", real, generated, ...flags, "--json");
    expect(JSON.parse(run.stdout).fid).toBe(fid);
    expect(run.stderr.match(/warning: .*no-folder.*; features are not kept for later runs/g)).toHaveLength(1);
    // Here Node's recursive mkdir would never return.
    vi.stubEnv("LOSSARY_CACHE", "/proc/lossary");
    const onProc = await lossary("fid", real, generated, ...flags, "--json");
    expect(JSON.parse(onProc.stdout).fid).toBe(fid);
    expect(onProc.stderr).toMatch(/warning: \/proc\/lossary.*features are not kept for later runs/);
  });
});

it("merge refuses one state, copies of a state, and to write over what it reads", async () => {
  const [state, copy] = [path("one.state"), path("copy.state")];
  await outcome("fid", generated, ...flags, "--save-state", state);
  const merge = (...args: string[]) => lossary("merge", ...args.slice(1), "--save-state", args[0] as string);
  expect((await merge(path("out.state"), state)).stderr).toMatch(
    /merge joins two or more states, but only .*one\.state/,
  );
  copyFileSync(state, copy);
  expect((await merge(path("out.state"), state, copy)).stderr).toMatch(
    /one\.state and .*copy\.state hold the same samples/,
  );
  // The same images at another batch size: not the same bytes, perhaps, but the same samples.
  await outcome("fid", generated, ...flags, "--batch", "7", "--no-cache", "--save-state", copy);
  expect((await merge(path("out.state"), state, copy)).stderr).toMatch(/hold the same samples/);
  await outcome("fid", real, ...flags, "--save-state", copy);
  const bytes = readFileSync(state);
  symlinkSync(state, path("link.state"));
  for (const target of [state, path("link.state")]) {
    const { code, stderr } = await merge(target, state, copy);
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/--save-state is .*, which is read and would be overwritten/),
    ]);
  }
  expect((await lossary("fid", state, "--save-state", state)).stderr).toMatch(/which is read and would be overwritten/);
  expect(readFileSync(state).equals(bytes)).toBe(true);
  expect(existsSync(path("out.state"))).toBe(false);
});

it("compares with states from before a step of preprocessing was known", async () => {
  const state = path("old.state");
  await outcome("fid", real, ...flags, "--save-state", state);
  const text = readFileSync(state, "latin1");
  expect(text).toContain('"clip":false,');
  writeFileSync(state, text.replace('"clip":false,', ""), "latin1");
  expect((await outcome("fid", state, generated, ...flags)).fid).toBeGreaterThan(0);
});

it("merge refuses a state that is named twice", async () => {
  const state = path("twice.state");
  await outcome("fid", generated, ...flags, "--save-state", state);
  const { code, stderr } = await lossary("merge", state, state, "--save-state", path("double.state"));
  expect(code).toBe(2);
  expect(stderr).toMatch(/^lossary: .*twice\.state is named twice; its samples would count twice\n$/);
  expect(existsSync(path("double.state"))).toBe(false);
});
