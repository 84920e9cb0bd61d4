import { expect, it } from "vitest";
import { misuse, patient, runExample } from "./example.ts";

interface Results {
  readonly results: readonly { readonly kind: string; readonly before: number; readonly after: number }[];
  readonly tensors?: number;
}

it.each(["siamese", "siameseJax"])("%s learns to verify digits it never saw", patient, (name) => {
  const { results, tensors = 0 } = runExample<Results>(name, 200);
  expect(results.map(({ kind }) => kind)).toEqual(["siamese", "pseudo-siamese"]);
  for (const { before, after } of results) {
    expect(after).toBeGreaterThan(0.8);
    expect(after).toBeGreaterThan(before + 0.1);
  }
  expect(tensors).toBe(0);
});

it("says how to call it", patient, () => {
  expect(misuse("siamese", "--steps", "many")).toContain('siamese: --steps is "many", expected a whole number');
  expect(misuse("siameseJax", "--stesp", "5")).toContain("usage: npm run example siameseJax -- [--steps 400] [--json]");
});
