/** `lossary eval … --sample-weight`: from a file, a column or the command line; what is wrong with them is said. */
import { expect, it } from "vitest";
import { npyBytes } from "../../src/cli/files/write.ts";
import { file } from "./folder.ts";
import { lossary } from "./inProcess.ts";

const p = file("p.npy", npyBytes({ data: Float64Array.of(1, 2, 5), shape: [3] }));
const t = file("t.npy", npyBytes({ data: Float64Array.of(0, 0, 0), shape: [3] }));
const w = file("w.npy", npyBytes({ data: Float64Array.of(1, 3, 0), shape: [3] }));
const table = file("table.csv", "w,bad\n1,1\n3,-2\n0,1\n");
const call = (...weights: string[]) => lossary("eval", "l1Loss", "--predictions", p, "--targets", t, ...weights);

it("weighs by a file, by a column and by numbers", async () => {
  for (const weights of [w, `${table}:w`, "1,3,0"]) {
    const { out, err, code } = await call("--sample-weight", weights, "--json");
    expect({ err, code }).toEqual({ err: "", code: 0 });
    const { value, options } = JSON.parse(out);
    // (1 · 1 + 3 · 2 + 0 · 5) / (1 + 3 + 0)
    expect(value).toBe(7 / 4);
    expect(options.sampleWeight).toEqual(weights === "1,3,0" ? [1, 3, 0] : weights);
  }
  expect((await call("--sample-weight", w)).out).toContain("mean (divided by the weights of the values that count)");
});

it("says what is wrong with weights, and that a loss of one number has none", async () => {
  const refused = async (weights: string, text: string, code: number) => {
    const came = await call("--sample-weight", weights);
    expect(came.err).toContain(text);
    expect(came.code).toBe(code);
  };
  await refused(`${table}:bad`, "l1Loss: sampleWeight[1] is -2, outside [0, ∞)", 1);
  await refused("1,-1,1", "l1Loss: sampleWeight[1] is -1, outside [0, ∞)", 2);
  await refused("1,1", "l1Loss: sampleWeight is [2], expected [3]", 1);
  await refused("nowhere.npy", "nowhere.npy", 1);
  const scalar = ["eval", "wassersteinDistance", "--u", p, "--v", t, "--sample-weight", w];
  expect(await lossary(...scalar)).toMatchObject({ code: 2, err: expect.stringContaining("--sample-weight") });
});

it("is shown with the values it weighs", async () => {
  expect((await lossary("show", "crossEntropy")).out).toMatch(/sampleWeight\s+weights in \[0, ∞\)/);
  expect((await lossary("show", "wassersteinDistance")).out).not.toContain("sampleWeight");
});
