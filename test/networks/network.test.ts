/** Networks as feature extractors, through ONNX Runtime. */
import * as ort from "onnxruntime-web";
import { expect, it } from "vitest";
import { type Image, loadNetwork, type NetworkOptions, type OnnxRuntime } from "../../src/networks/index.ts";
import { meanColour, onnxModel } from "./model.ts";
import { noise } from "./noise.ts";

const image = (seed: number, width = 6, height = 5): Image => ({
  data: noise(width * height * 3, seed),
  width,
  height,
});

function meanOf({ data }: Image): number[] {
  return [0, 1, 2].map((c) => {
    const own = [...data].filter((_, i) => i % 3 === c);
    return own.reduce((sum, value) => sum + value, 0) / own.length;
  });
}

const images = [1, 2, 3, 4, 5].map((seed) => image(seed));
const expected = images.flatMap(meanOf);

const expectClose = (ours: ArrayLike<number>, theirs: readonly number[]) => {
  expect(ours.length).toBe(theirs.length);
  for (const [i, value] of theirs.entries()) expect(Math.abs((ours[i] as number) - value)).toBeLessThan(1e-4);
};

it("gives a row of features an image", async () => {
  const network = await loadNetwork(meanColour(), { preprocessing: { divide: 1 }, output: "colour" });
  expect(network.outputs).toEqual(["colour", "same"]);
  const { data, shape } = await network.features(images);
  expect(shape).toEqual([5, 3]);
  expectClose(data, expected);
  await network.dispose();
});

it("averages feature maps over their positions in either layout", async () => {
  for (const layout of ["NCHW", "NHWC"] as const) {
    const input = layout === "NCHW" ? [null, 3, null, null] : [null, null, null, 3];
    const network = await loadNetwork(meanColour({ input }), { preprocessing: { divide: 1, layout }, output: "same" });
    expectClose((await network.features(images)).data, expected);
  }
});

it("feeds a model of fixed batch size whole batches", async () => {
  const network = await loadNetwork(meanColour({ input: [2, 3, 5, 6] }), {
    preprocessing: { divide: 1 },
    output: "colour",
  });
  expectClose((await network.features(images)).data, expected);
});

it("feeds a model of bytes the pixels as they are, and refuses steps that would leave less of them", async () => {
  const model = onnxModel({
    input: [null, 3, null, null],
    type: "uint8",
    nodes: [
      { op: "Cast", inputs: ["images"], output: "floats", attributes: { to: 1 } },
      { op: "GlobalAveragePool", inputs: ["floats"], output: "colour" },
    ],
    outputs: ["colour"],
  });
  const bytes = (preprocessing: NetworkOptions["preprocessing"]) =>
    loadNetwork(model, { preprocessing, runtime: ort as unknown as OnnxRuntime });
  for (const steps of [{}, { divide: 1 }, { divide: 1, mean: [0, 0, 0], std: [1, 1, 1] }] as const) {
    const network = await bytes(steps);
    expect(network.preprocessing.divide).toBe(1);
    expectClose((await network.features(images)).data, expected);
  }
  for (const [steps, message] of [
    [{ divide: 255 }, /^loadNetwork: preprocessing has divide 255, but input images takes bytes \(uint8\), expected/],
    [{ mean: [1, 0, 0] }, /preprocessing has mean \[1, 0, 0\], .*; leave out divide, mean and std$/],
    [{ std: [2, 2, 2] }, /preprocessing has std \[2, 2, 2\]/],
    ["fid-inception", /preprocessing has divide 255/],
    ["clean-fid", /preprocessing has mean \[128, 128, 128\]/],
  ] as const)
    await expect(bytes(steps)).rejects.toThrow(message);
});

const open = (model: Uint8Array, output?: string) => loadNetwork(model, { preprocessing: {}, output });

it("lists the outputs where the one asked for is not there, or none is named", async () => {
  await expect(open(meanColour(), "pool3")).rejects.toThrow(
    'loadNetwork: model has no output "pool3"; it has colour, same',
  );
  await expect(open(meanColour())).rejects.toThrow("model has several outputs, name one of them: colour, same");
});

it("refuses what is no model of images", async () => {
  await expect(open(Uint8Array.of(1, 2, 3))).rejects.toThrow(/^loadNetwork: model cannot be read \(.*protobuf/);
  const loose = loadNetwork as (...args: unknown[]) => Promise<unknown>;
  await expect(loose(meanColour())).rejects.toThrow("loadNetwork: preprocessing is missing; expected a preset's name");
  await expect(loose(meanColour(), { preprocess: {} })).rejects.toThrow('unknown option "preprocess"; did you mean');
  await expect(open("net.onnx" as never)).rejects.toThrow(/^loadNetwork: model is "net.onnx", expected the bytes/);
  await expect(open(meanColour({ input: [null, 3] }), "colour")).rejects.toThrow(/^loadNetwork: /);
});

it("refuses images of several sizes and of a size the network does not take", async () => {
  const network = await open(meanColour({ input: [null, 3, 5, 6] }), "colour");
  await expect(network.features([image(1), image(2, 7, 5)])).rejects.toThrow(
    /^features: images\[1\] is 7x5, images\[0\] 6x5; expected one size/,
  );
  await expect(network.features([image(1, 4, 4)])).rejects.toThrow(
    /^features: the network does not take \[1, 3, 4, 4\] \(.*Got: 4 Expected: 5/,
  );
  await expect(network.features([])).rejects.toThrow("features: images is empty");
});
