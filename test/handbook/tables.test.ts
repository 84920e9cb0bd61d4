/** The columns that widgets train on are those of the tables in data/. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import * as tables from "../../handbook/widgets/shared/tables.ts";
import { root } from "../package/unpack.ts";

function column(file: string, name: string): string[] {
  const [head, ...lines] = readFileSync(join(root, "data", file), "utf8")
    .trim()
    .split("\n");
  const place = (head as string).split(",").indexOf(name);
  return lines.map((line) => line.split(",")[place] as string);
}

it.each([
  ["diabetes.csv", "bmi", tables.bmi],
  ["diabetes.csv", "progression", tables.progression],
  ["breast_cancer.csv", "mean_radius", tables.radius],
  ["breast_cancer.csv", "mean_texture", tables.texture],
] as const)("%s: %s", (file, name, values) => {
  expect(values).toEqual(column(file, name).map(Number));
});

it("breast_cancer.csv: diagnosis", () => {
  expect(tables.malignant).toEqual(
    column("breast_cancer.csv", "diagnosis").map((name) => Number(name === "malignant")),
  );
});
