/** `lossary fid` against PIL, PyTorch and SciPy on the same images and the same network. */
import { expect, it } from "vitest";
import { inside } from "../cli/program.ts";
import golden from "../golden/fid.json" with { type: "json" };
import { digitFlags, digitImages } from "./images.ts";

it("gives the FID of PIL, PyTorch and SciPy to 1e-6 relative", async () => {
  const real = await digitImages("real", 0, 1, false);
  const generated = await digitImages("generated", 200, 2, true);
  const flags = [...digitFlags(), "--json"];
  const { code, stdout } = await inside("fid", real, generated, ...flags);
  expect(code).toBe(0);
  const outcome = JSON.parse(stdout);
  expect(outcome).toMatchObject({
    real: { count: 200, dimension: 16 },
    generated: { count: 200, dimension: 16 },
    network: { output: "features", preprocessing: { resize: [16, 16], filter: "bicubic", round: true } },
    warnings: [],
  });
  expect(Math.abs(outcome.fid / golden.fid - 1)).toBeLessThan(1e-6);

  // From the cache, and in other batches: the same bits or nearly so.
  const again = JSON.parse((await inside("fid", real, generated, ...flags, "--batch", "7")).stdout);
  expect(again.fid).toBe(outcome.fid);
  const fresh = JSON.parse((await inside("fid", real, generated, ...flags, "--batch", "7", "--no-cache")).stdout);
  expect(Math.abs(fresh.fid / outcome.fid - 1)).toBeLessThan(1e-6);
});
