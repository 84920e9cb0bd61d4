/** `list` and `show`: every exported loss is there, from its specification alone. */
import { expect, it } from "vitest";
import { findLoss, losses } from "../../src/cli/registry.ts";
import * as library from "../../src/index.ts";
import { inside, lossary } from "./program.ts";

const exported = Object.entries(library)
  .flatMap(([name, value]) => (Object.hasOwn(value, "spec") ? [name] : []))
  .sort();
const sorted = (names: readonly string[]) => [...names].sort();

it("lists every exported loss, in text and as JSON", () => {
  const { code, stdout, stderr } = lossary("list");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(
    sorted(
      stdout
        .trimEnd()
        .split("\n")
        .map((line) => line.split(" ")[0] as string),
    ),
  ).toEqual(exported);
  const listed = JSON.parse(lossary("list", "--json").stdout).losses as { name: string; family: string }[];
  expect(sorted(listed.map(({ name }) => name))).toEqual(exported);
  const families = listed.map(({ family }) => family);
  expect(families).toEqual(sorted(families));
});

it("lists one family", () => {
  const { stdout } = lossary("list", "--family", "regression");
  expect(stdout).toContain("huberLoss");
  expect(stdout).not.toContain("crossEntropy");
  const { code, stderr } = lossary("list", "--family", "fruit");
  expect(code).toBe(2);
  expect(stderr).toMatch(/^lossary: .*'fruit' is invalid.*regression.*\n$/);
});

it.each(losses.map(({ spec }) => [spec.name, spec] as const))("shows all of %s", async (name, spec) => {
  const { code, stdout } = await inside("show", name);
  expect(code).toBe(0);
  const flat = stdout.replace(/\s+/g, " ");
  const texts = [
    spec.title.en,
    spec.title.zh,
    spec.summary,
    spec.formula,
    ...spec.arguments.flatMap((argument) => [argument.name, argument.doc]),
    ...Object.entries(spec.options).flatMap(([option, { doc }]) => [option, doc]),
    ...(spec.unreduced ? [`divides by ${spec.unreduced.mean}`] : ["no reduction"]),
    ...spec.traps,
    ...spec.references.flatMap(({ text, url }) => [text, url]),
  ];
  for (const text of texts) expect(flat).toContain(text.replace(/\s+/g, " "));
});

it("shows a specification as JSON", () => {
  expect(JSON.parse(lossary("show", "huberLoss", "--json").stdout)).toEqual(library.huberLoss.spec);
});

it("finds a loss by any spelling of its name, and by an alias of its own", () => {
  for (const name of ["huberLoss", "huber-loss", "HUBERLOSS", "huber", "Huber"])
    expect(findLoss(name)).toBe(library.huberLoss);
});

it("says what was meant", () => {
  expect(lossary("show", "hubberLos")).toEqual({
    code: 2,
    stdout: "",
    stderr: 'lossary: there is no loss "hubberLos"; did you mean huberLoss?\n',
  });
  expect(lossary("show", "zzzzzzzzzz").stderr).toMatch(/^lossary: there is no loss "zzzzzzzzzz"; lossary list shows/);
});
