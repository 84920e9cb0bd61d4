/** What is wrong with the images, features and networks a user gives, said in one line. */
import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { npyBytes, writeTensors } from "../../src/cli/files/write.ts";
import { file, path } from "../cli/folder.ts";
import { meanColour, onnxModel } from "../networks/model.ts";
import { noise } from "../networks/noise.ts";
import { colourFlags, noiseImages, writeImage } from "./images.ts";
import { lossary, outcome } from "./program.ts";

let flags: string[];
let good: string;
beforeAll(async () => {
  flags = colourFlags();
  good = await noiseImages("good", 8, 1);
});

async function expectFault(args: string[], message: RegExp, code = 1): Promise<void> {
  const run = await lossary(...args);
  expect(run.stderr).toMatch(message);
  expect(run.stderr.trimEnd()).not.toContain("\n");
  expect(run).toMatchObject({ code, stdout: "" });
}

const features = (name: string, data: number[], width: number) =>
  file(name, npyBytes({ data: Float64Array.from(data), shape: [data.length / width, width] }));

describe("folders of images", () => {
  it("refuses one that is empty, and one without images", async () => {
    mkdirSync(path("empty"), { recursive: true });
    await expectFault(["fid", good, path("empty"), ...flags], /empty: holds no images \(it is empty\)/);
    mkdirSync(path("texts"), { recursive: true });
    file("texts/a.txt", "a");
    await expectFault(
      ["fid", good, path("texts"), ...flags],
      /texts: holds no images \(1 file of other kinds \(1 \.txt\) left out; expected \.png/,
    );
    await expectFault(["fid", path("nowhere"), good], /nowhere: there is no such file or folder/);
  });

  it("refuses one image, which has no covariance", async () => {
    const one = await noiseImages("one", 1, 3);
    await expectFault(["fid", good, one, ...flags], /one: has 1 sample; a covariance needs at least 2/);
  });

  it("refuses images of mixed sizes, and takes them where the preprocessing makes them one", async () => {
    const mixed = await noiseImages("mixed", 3, 4);
    await writeImage("mixed/odd.png", noise(7 * 4 * 3, 5), 7, 4);
    // A second time the features of the others are known already.
    for (const batch of ["3", "4"])
      await expectFault(
        ["fid", good, mixed, ...flags, "--batch", batch],
        /odd\.png: is 7x4, but .*00\.png is 6x5; a --preprocess with resize or crop makes them one size/,
      );
    const steps = file("square.json", JSON.stringify({ resize: [8, 8] }));
    expect((await outcome("fid", good, mixed, ...flags, "--preprocess", steps)).generated.count).toBe(4);
  });

  it("takes grey images for three equal channels and drops alpha", async () => {
    const grey = noise(30, 6);
    for (const [name, ...parts] of [
      ["grey", 1],
      ["both", 1, 0],
      ["three", 1, 1, 1],
      ["four", 1, 1, 1, 0],
    ] as const) {
      const pixels = [...grey].flatMap((value) => parts.map((part) => (part ? value : 3)));
      await writeImage(`${name}/a.png`, Uint8Array.from(pixels), 6, 5);
      await writeImage(`${name}/b.png`, Uint8Array.from(pixels.map((value) => value >> 1)), 6, 5);
    }
    const score = (name: string) => outcome("kid", path(name), good, ...flags);
    const first = await score("grey");
    for (const name of ["both", "three", "four"]) expect((await score(name)).mean, name).toBe(first.mean);
  });

  it("names a broken image, and leaves it out where asked", async () => {
    const broken = await noiseImages("broken", 4, 7);
    writeFileSync(path("broken/01.png"), Buffer.from("no image"));
    await expectFault(
      ["fid", good, broken, ...flags],
      /broken\/01\.png: cannot be read as an image \(.*\); --skip-broken leaves such files out$/m,
    );
    const run = await lossary("fid", good, broken, ...flags, "--skip-broken", "--json");
    const { generated, warnings } = JSON.parse(run.stdout);
    expect(generated).toMatchObject({ count: 3, skipped: 1 });
    expect(run.stderr).toMatch(/warning: left out .*broken\/01\.png/);
    expect(warnings[0]).toMatch(/01\.png/);
  });

  it("leaves out files of other kinds and hidden ones, and says so", async () => {
    const messy = await noiseImages("messy", 4, 8);
    const { fid } = await outcome("fid", good, messy, ...flags);
    for (const name of ["a.bmp", "b.bmp", "labels.csv", "Thumbs.db", ".DS_Store"]) file(`messy/${name}`, "x");
    for (const folder of [".ipynb_checkpoints", "__MACOSX"]) mkdirSync(path(`messy/${folder}`));
    copyFileSync(path("messy/00.png"), path("messy/.ipynb_checkpoints/00-checkpoint.png"));
    for (const name of ["__MACOSX/00.png", "._00.png"]) file(`messy/${name}`, "no image");
    const run = await lossary("fid", good, messy, ...flags, "--json");
    const { generated, warnings, fid: again } = JSON.parse(run.stdout);
    expect(generated).toMatchObject({ count: 4, skipped: 0 });
    expect(again).toBe(fid);
    expect(warnings).toContain(`${messy}: 3 files of other kinds (2 .bmp, 1 .csv) and 3 hidden images left out`);
    mkdirSync(path("bitmaps"));
    file("bitmaps/a.bmp", "x");
    await expectFault(["fid", good, path("bitmaps"), ...flags], /holds no images \(1 file of other kinds \(1 \.bmp\)/);
  });

  it("follows links to folders, not in circles, and counts links to nothing as broken", async () => {
    const inner = await noiseImages("inner", 3, 9);
    const outer = await noiseImages("outer", 2, 10);
    symlinkSync(inner, path("outer/linked"));
    symlinkSync(outer, path("outer/linked-back"));
    expect((await outcome("fid", good, outer, ...flags)).generated.count).toBe(5);
    symlinkSync(path("not-there.png"), path("outer/zz.png"));
    await expectFault(
      ["fid", good, outer, ...flags],
      /outer\/zz\.png: is a link to a file that is not there .*; --skip-broken leaves such files out$/m,
    );
    const { generated } = await outcome("fid", good, outer, ...flags, "--skip-broken");
    expect(generated).toMatchObject({ count: 5, skipped: 1 });
  });

  it("refuses a drawing under the name of an image", async () => {
    const drawn = await noiseImages("drawn", 2, 11);
    file(
      "drawn/x.png",
      '<svg xmlns="http://www.w3.org/2000/svg" width="6" height="5"><rect width="6" height="5"/></svg>',
    );
    await expectFault(
      ["fid", good, drawn, ...flags],
      /drawn\/x\.png: cannot be read as an image \(it is a drawing, svg\)/,
    );
    await expectFault(["ssim", path("drawn/x.png"), path("drawn/x.png")], /x\.png: .*it is a drawing, svg/);
  });

  it("asks for the network and for what it wants done to images", async () => {
    await expectFault(["fid", good, good], /good is a folder of images: --model names the \.onnx network/, 2);
    await expectFault(
      ["fid", good, good, "--model", "x.onnx"],
      /--preprocess states how .*: fid-inception, clean-fid/,
      2,
    );
    await expectFault(
      ["fid", good, good, ...flags, "--preprocess", "vgg"],
      /--preprocess is "vgg", expected fid-incep/,
      2,
    );
    await expectFault(
      ["fid", good, good, "--model", "x", "--preprocess", "vgg16"],
      /^lossary: x: there is no such file, nor/,
    );
    const steps = file("wrong.json", '{"resize": -1}');
    await expectFault(["fid", good, good, ...flags, "--preprocess", steps], /wrong\.json: resize is the number -1/);
  });

  it("lists the outputs of the network where the one asked for is not there", async () => {
    await expectFault(
      ["fid", good, good, ...flags, "--output", "pool3"],
      /colour\.onnx: model has no output "pool3"; it has colour, same/,
    );
  });

  it("names the image for which the network gives NaN", async () => {
    const nodes = [
      { op: "GlobalAveragePool", inputs: ["images"], output: "pooled" },
      { op: "Sub", inputs: ["pooled", "pooled"], output: "zero" },
      { op: "Div", inputs: ["zero", "zero"], output: "colour" },
    ];
    const model = file("nan.onnx", onnxModel({ input: [null, 3, null, null], nodes, outputs: ["colour"] }));
    await expectFault(
      ["fid", good, good, ...flags, "--model", model],
      /00\.png: the network's feature 0 is NaN, expected a finite number/,
    );
  });

  it("gives a network of bytes pixels of 0…255, and refuses steps that would spoil them", async () => {
    const nodes = [
      { op: "Cast", inputs: ["images"], output: "floats", attributes: { to: 1 } },
      { op: "GlobalAveragePool", inputs: ["floats"], output: "colour" },
    ];
    const bytes = onnxModel({ input: [null, 3, null, null], type: "uint8", nodes, outputs: ["colour"] });
    const args = ["--model", file("bytes.onnx", bytes), "--preprocess"];
    const other = await noiseImages("other", 8, 14);
    const scaled = await outcome("fid", good, other, ...flags);
    const whole = await outcome("fid", good, other, ...args, file("none.json", "{}"));
    expect(whole.network.preprocessing).toMatchObject({ divide: 1 });
    expect(whole.fid / scaled.fid / 255 ** 2).toBeCloseTo(1, 4);
    await expectFault(
      ["fid", good, other, ...args, "fid-inception"],
      /bytes\.onnx: preprocessing has divide 255, but input images takes bytes \(uint8\), expected pixels of 0…255; leave/,
    );
  });

  it("says what is no model, and what the network does not take", async () => {
    const model = file("text.onnx", "text");
    await expectFault(["fid", good, good, ...flags, "--model", model], /text\.onnx: model cannot be read \(/);
    const nodes = [
      { op: "GlobalAveragePool", inputs: ["images"], output: "pooled" },
      { op: "Mul", inputs: ["pooled", "factor"], output: "colour" },
    ];
    const weights = { factor: { shape: [1, 3, 1, 1], data: [1, 2, 3] } };
    const apart = file(
      "apart.onnx",
      onnxModel({ input: [null, 3, null, null], nodes, weights, weightsIn: "w.bin", outputs: ["colour"] }),
    );
    await expectFault(
      ["fid", good, good, ...flags, "--model", apart],
      /apart\.onnx: model keeps its weights in another file \(external data\), expected all in one: export it with/,
    );
    const strict = file("strict.onnx", meanColour({ input: [null, 3, 9, 9] }));
    await expectFault(
      ["fid", good, good, ...flags, "--model", strict],
      /00\.png and those after it: the network does not take \[8, 3, 5, 6\] \(/,
    );
  });
});

describe("features", () => {
  it("warns of fewer samples than a subset of KID takes, and says how many it took", async () => {
    const few = features("subset.npy", [1, 2, 3, 4, 5, 7], 2);
    const more = features("more.npy", [1, 2, 3, 4, 5, 7, 2, 9], 2);
    const run = await lossary("kid", few, more, "--subsets", "2", "--json");
    expect(run.stderr).toMatch(
      /warning: .*subset\.npy has 3 samples, fewer than --subset-size 1000: every subset holds/,
    );
    expect(JSON.parse(run.stdout)).toMatchObject({ subsetSize: 3, subsets: 2, std: expect.any(Number) });
    expect((await lossary("kid", few, more, "--subset-size", "3")).stderr).toBe("");
  });

  it("computes KID of whole sets once, without a deviation", async () => {
    // k(x, y) = xy + 1: 1 within {0, 1}, 3 within {1, 2}, (1 + 1 + 2 + 3) / 4 across. MMD² = 1 + 3 − 2 · 7/4.
    const [a, b] = [features("whole-a.npy", [0, 1], 1), features("whole-b.npy", [1, 2], 1)];
    const run = await lossary("kid", a, b, "--degree", "1", "--json");
    expect(run.stderr).toBe("");
    expect(JSON.parse(run.stdout)).toMatchObject({ mean: 0.5, std: null, subsets: 1, subsetSize: 2 });
    expect((await lossary("kid", a, b, "--degree", "1")).stdout).toMatch(/^KID 0\.5 of the whole sets\n/);
  });

  it("takes features that are followed by lengths of 1, as pooled maps come, and no others", async () => {
    const data = Float64Array.from({ length: 24 }, (_, i) => Math.sin(i * i));
    const plain = features("plain.npy", [...data], 4);
    const pooled = file("pooled.npy", npyBytes({ data, shape: [6, 4, 1, 1] }));
    const last = file("last.npy", npyBytes({ data, shape: [6, 1, 1, 4] }));
    for (const set of [pooled, last]) {
      expect((await outcome("fid", plain, set)).fid).toBeLessThan(1e-12);
      expect((await outcome("kid", plain, set)).generated).toMatchObject({ count: 6, dimension: 4 });
    }
    const maps = file("maps.npy", npyBytes({ data, shape: [6, 2, 2, 1] }));
    await expectFault(["fid", plain, maps], /maps\.npy: is \[6, 2, 2, 1\], expected features \[N, D\]/);
  });

  it("says that statistics are no samples", async () => {
    const mu = { data: Float64Array.of(1, 2), shape: [2] };
    const sigma = { data: Float64Array.of(1, 0, 0, 1), shape: [2, 2] };
    await writeTensors(path("stats.npz"), { mu, sigma });
    const stats = path("stats.npz");
    await expectFault(
      ["kid", stats, stats],
      /stats\.npz: holds statistics of a set \(mu and sigma\), but the features/,
    );
    await expectFault(
      ["fid", stats, "--save-state", path("s.state")],
      /holds statistics of a set \(mu and sigma\), which are not samples to keep; lossary fid takes them/,
    );
  });

  it("warns of fewer samples than dimensions and says what that does", async () => {
    const few = features("few.npy", [1, 2, 3, 4, 5, 7], 3);
    const run = await lossary("fid", few, few, "--json");
    expect(run.stderr).toMatch(/warning: .*few\.npy has 2 samples for 3 dimensions: .*FID comes out too large/);
    expect(JSON.parse(run.stdout).warnings).toHaveLength(2);
  });

  it("names the row that holds NaN", async () => {
    const bad = features("nan.npy", [1, 2, 3, Number.NaN], 2);
    await expectFault(["fid", bad, bad], /nan\.npy: feature 1 of row 1 is NaN, expected a finite number/);
  });

  it("refuses shapes that do not fit", async () => {
    const [two, three] = [features("two.npy", [1, 2, 3, 4], 2), features("three.npy", [1, 2, 3, 4, 5, 6], 3)];
    await expectFault(["fid", two, three], /two\.npy has 2 features a sample, .*three\.npy has 3/);
    const vector = file("vector.npy", npyBytes({ data: Float64Array.of(1, 2), shape: [2] }));
    await expectFault(["kid", vector, two], /vector\.npy: is \[2\], expected features \[N, D\]/);
  });

  it("refuses statistics that are none", async () => {
    const mu = { data: Float64Array.of(1, 2), shape: [2] };
    await writeTensors(path("bad.npz"), { mu, sigma: mu });
    await expectFault(
      ["fid", path("bad.npz"), path("bad.npz")],
      /mu is \[2\] and sigma \[2\], expected \[D\] and \[D, D\]/,
    );
  });

  it("refuses rows that are no probabilities", async () => {
    const rows = features("rows.npy", [1, 2, 3, 4], 2);
    await expectFault(["is", rows, "--splits", "1"], /inceptionScore: probabilities/);
  });
});

it("refuses options that would have no effect", async () => {
  const array = features("unused.npy", [1, 2, 3, 4, 5, 7], 2);
  await expectFault(
    ["fid", array, array, "--model", "x.onnx", "--batch", "8", "--no-cache"],
    /^lossary: --model, --batch, --no-cache have no effect: neither .*unused\.npy nor .*unused\.npy is a folder of images$/m,
    2,
  );
  for (const command of ["is", "kid"])
    await expectFault(
      [command, array, "--save-state", path("unused.state"), "--output", "a"],
      /^lossary: --output has no effect: .*unused\.npy is not a folder of images$/m,
      2,
    );
  await expectFault(
    ["is", array, "--save-state", path("unused.state"), "--splits", "3"],
    /--splits has no effect: --save-state keeps the set without scoring it/,
    2,
  );
  await expectFault(
    ["kid", array, "--save-state", path("unused.state"), "--seed", "3"],
    /--seed has no effect: --save-state/,
    2,
  );
  await expectFault(["r-precision", "--images", array, "--texts", array, "--resume"], /--resume has no effect: nei/, 2);
  await expectFault(
    ["r-precision", "--scores", array, "--relevant", array, "--candidates", "9"],
    /--candidates has no effect: it goes with --images and --texts/,
    2,
  );
  // Told before any work is done on the first set.
  await expectFault(
    ["fid", good, path("missing.npy"), ...flags, "--model", "none.onnx"],
    /missing\.npy: there is no such file$/m,
  );
  // A set that is a folder is enough, and one that is missing is told of as such.
  await expectFault(["fid", array, good, ...flags], /unused\.npy has 2 features a sample, .*good has 3/);
  await expectFault(["fid", array, path("nowhere"), ...flags], /nowhere: there is no such file or folder/);
});

it("refuses flags that do not go together", async () => {
  await expectFault(["fid", good], /fid compares two sets; name both, or --save-state for one/, 2);
  await expectFault(["fid", good, good, "--save-state", "a.state"], /--save-state keeps one set, but two are named/, 2);
  await expectFault(["kid", good, good, "--shard", "0/2"], /--shard needs --save-state/, 2);
  await expectFault(
    ["fid", good, "--save-state", "a.npz"],
    /--save-state is "a.npz", expected a name that ends in \.state/,
    2,
  );
  await expectFault(["fid", good, "--shard", "2/2", "--save-state", "a.state"], /Expected i\/n with i in 0…n − 1/, 2);
  await expectFault(["r-precision", "--images", good], /r-precision takes --scores and --relevant, or/, 2);
});
