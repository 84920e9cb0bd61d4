/** Without the optional peers: the package works, and an adapter says what to install. */
import { spawnSync } from "node:child_process";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Consumer, unpack } from "../package/unpack.ts";

let consumer: Consumer;
beforeAll(() => {
  consumer = unpack();
});
afterAll(() => consumer.dispose());

const run = (code: string) =>
  spawnSync("node", ["--input-type=module", "-e", code], { cwd: consumer.folder, encoding: "utf8" });

it("the package itself needs none", () => {
  const { stdout, stderr } = run('import { l1Loss } from "lossary"; console.log(l1Loss([1], [3]));');
  expect({ stdout, stderr }).toEqual({ stdout: "2\n", stderr: "" });
});

it.each([
  ["lossary/tfjs", "@tensorflow/tfjs-core", "@tensorflow/tfjs"],
  ["lossary/jax", "@jax-js/jax", "@jax-js/jax"],
])("%s says what to install", (entry, peer, install) => {
  const { status, stdout } = run(`import("${entry}").catch(({ message }) => console.log(message));`);
  expect({ status, stdout }).toEqual({
    status: 0,
    stdout: `${entry} needs ${peer}, which is not installed: npm install ${install}\n`,
  });
});
