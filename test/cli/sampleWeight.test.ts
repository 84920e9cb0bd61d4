/** `lossary eval … --sample-weight`: from a file, a column or the command line; what is wrong with them is said. */
import { expect, it } from "vitest";
import { npyBytes } from "../../src/cli/files/write.ts";
import { file } from "./folder.ts";
import { lossary } from "./inProcess.ts";

const p = file("p.npy", npyBytes({ data: Float64Array.of(1, 2, 5), shape: [3] }));
const t = file("t.npy", npyBytes({ data: Float64Array.of(0, 0, 0), shape: [3] }));
const w = file("w.npy", npyBytes({ data: Float64Array.of(1, 3, 0), shape: [3] }));
const short = file("short.npy", npyBytes({ data: Float64Array.of(1, 3), shape: [2] }));
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

// What was typed is a fault of usage, what lies in a file one of data.
it("says what is wrong with weights, and that a loss of one number has none", async () => {
  const refused = async (weights: string, text: string, code: number) => {
    const came = await call("--sample-weight", weights);
    expect(came.err).toContain(text);
    expect(came.code).toBe(code);
  };
  await refused(`${table}:bad`, "--sample-weight[1] is -2, outside [0, ∞)", 1);
  await refused("1,-1,1", "--sample-weight[1] is -1, outside [0, ∞)", 2);
  await refused("1,1", "--sample-weight is [2], expected [3]", 2);
  await refused(short, "--sample-weight is [2], expected [3]", 1);
  const expected = "expected numbers separated by commas, or a .npy file, file.npz:key, file.csv:column, ";
  for (const text of ["1,a,2", "1,,2", "weights"]) await refused(text, `--sample-weight is "${text}", ${expected}`, 2);
  await refused("nowhere.npy", "nowhere.npy: there is no such file", 1);
  const scalar = ["eval", "wassersteinDistance", "--u", p, "--v", t, "--sample-weight", w];
  expect(await lossary(...scalar)).toMatchObject({ code: 2, err: expect.stringContaining("--sample-weight") });
});

it("tells an option that is missing by its flag, as a fault of usage", async () => {
  const image = file("image.npy", npyBytes({ data: new Float64Array(121), shape: [1, 1, 11, 11] }));
  const { err, code } = await lossary("eval", "ssimLoss", "--predictions", image, "--targets", image);
  expect(err).toMatch(/^lossary: --data-range is missing; expected a number/);
  expect(code).toBe(2);
});

it("says none for no value where flags take none, in show and in help", async () => {
  const alpha = /tensor \[C\] in \[0, ∞\) or none, default none/;
  for (const page of [
    ["show", "softmaxFocalLoss"],
    ["eval", "softmaxFocalLoss", "--help"],
  ]) {
    const { out } = await lossary(...page);
    expect(out.replace(/\s+/g, " ")).toMatch(alpha);
    expect(out).not.toContain("null");
  }
});

it("is shown with the values it weighs", async () => {
  expect((await lossary("show", "crossEntropy")).out).toMatch(/sampleWeight\s+weights in \[0, ∞\)/);
  expect((await lossary("show", "wassersteinDistance")).out).not.toContain("sampleWeight");
});
