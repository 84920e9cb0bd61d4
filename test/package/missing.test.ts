/** What the command line says where an optional package that it needs is not installed. */
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { meanColour } from "../networks/model.ts";
import { type Consumer, root, unpack } from "./unpack.ts";

let consumer: Consumer;
const inside = (path: string) => join(consumer.folder, path);

beforeAll(() => {
  consumer = unpack();
  mkdirSync(inside("images"));
  // Nobody gets to look into them.
  for (const name of ["a.png", "b.png"]) writeFileSync(inside(`images/${name}`), "x");
  writeFileSync(inside("colour.onnx"), meanColour());
});
afterAll(() => consumer.dispose());

function lossary(...args: string[]) {
  const { status, stderr } = spawnSync("node", ["node_modules/lossary/dist/cli.js", ...args], {
    cwd: consumer.folder,
    encoding: "utf8",
    env: { ...process.env, LOSSARY_CACHE: inside("cache") },
  });
  return { status, stderr };
}

const fid = () => {
  const flags = ["--model", "colour.onnx", "--output", "colour", "--preprocess", "vgg16", "--skip-broken"];
  return lossary("fid", "images", "images", ...flags);
};

it("asks for ONNX Runtime where images go through a network", () => {
  const { status, stderr } = fid();
  expect(status).toBe(1);
  expect(stderr).toBe(
    "lossary: colour.onnx: needs ONNX Runtime; npm install onnxruntime-node (several times as fast), or onnxruntime-web where that does not run\n",
  );
});

it("asks for sharp where images are read, by one message, and calls no image broken for it", () => {
  // Through the link, Node finds the runtime's own dependencies in the repository; sharp is not seen there.
  symlinkSync(join(root, "node_modules/onnxruntime-web"), inside("node_modules/onnxruntime-web"));
  const asks = {
    status: 1,
    stderr: "lossary: images need the package sharp, which is not installed: npm install sharp\n",
  };
  expect(lossary("ssim", "images/a.png", "images/b.png")).toEqual(asks);
  expect(lossary("eval", "ssimLoss", "--predictions", "images/a.png", "--targets", "images/b.png")).toEqual(asks);
  expect(fid()).toEqual(asks);
});

it("says that ONNX Runtime's native half is broken and what is used instead, once", () => {
  mkdirSync(inside("node_modules/onnxruntime-node"));
  const manifest = { name: "onnxruntime-node", version: "1.20.0", type: "module", exports: "./index.js" };
  writeFileSync(inside("node_modules/onnxruntime-node/package.json"), JSON.stringify(manifest));
  const fails = (statement: string) => {
    writeFileSync(inside("node_modules/onnxruntime-node/index.js"), statement);
    return fid().stderr.split("\n");
  };
  const [warning, ...rest] = fails('throw new Error("binding.node: invalid ELF header\\nTry …");');
  expect(warning).toBe(
    "lossary: onnxruntime-node is installed but does not start (binding.node: invalid ELF header); " +
      "onnxruntime-web, which is slower, is used instead",
  );
  // What ails the images comes next, as without the broken package.
  expect(rest).toEqual(["lossary: images need the package sharp, which is not installed: npm install sharp", ""]);
  // What it needs itself may be missing, too.
  expect(fails('import "onnxruntime-common";')[0]).toMatch(
    /^lossary: onnxruntime-node is installed but does not start \(Cannot find package 'onnxruntime-common' .*used instead$/,
  );
  rmSync(inside("node_modules/onnxruntime-web"));
  expect(fails('throw new Error("invalid ELF header");')).toEqual([
    "lossary: colour.onnx: onnxruntime-node is installed but does not start (invalid ELF header); " +
      "needs ONNX Runtime; npm install onnxruntime-web",
    "",
  ]);
});

it("says what ails a package that is there and does not start", () => {
  mkdirSync(inside("node_modules/sharp"));
  writeFileSync(inside("node_modules/sharp/index.js"), 'throw new Error("no binary for this machine\\nTry …");');
  expect(lossary("psnr", "images/a.png", "images/b.png").stderr).toBe(
    "lossary: images need the package sharp, which does not start (no binary for this machine)\n",
  );
});
