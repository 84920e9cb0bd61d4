/** Without the optional peers: the package works, and an adapter names the one it needs. */
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

// A static import, so that bundlers, workers and CommonJS take the adapters: Node's own words say what is missing.
it.each([
  ["lossary/tfjs", "@tensorflow/tfjs-core"],
  ["lossary/jax", "@jax-js/jax"],
])("%s fails by the name of what is not installed", (entry, peer) => {
  const { status, stdout } = run(`import("${entry}").catch(({ code, message }) => console.log(code, message));`);
  expect(status).toBe(0);
  expect(stdout).toContain(`ERR_MODULE_NOT_FOUND Cannot find package '${peer}'`);
});
