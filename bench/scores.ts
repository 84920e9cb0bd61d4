import { frechetInceptionDistance } from "lossary";
import { floats, type Inputs, type Row, row, uniform } from "./row.ts";

/** Two sets of features of correlated dimensions. */
const features = (n: number, dimension: number) => (): Inputs<"real" | "generated"> => {
  const random = uniform(9);
  const draw = (shift: number) => {
    let last = 0;
    return floats([n, dimension], () => {
      last = 0.8 * last + random() + shift;
      return last;
    });
  };
  return { real: draw(0), generated: draw(0.05) };
};

export const scores: readonly Row[] = [
  row({
    name: "FID 2500 and 2500 x2048, value",
    inputs: features(2500, 2048),
    loss: frechetInceptionDistance,
    wrt: [],
    torch: "frechet_by_eigenvalues(real, generated)",
    scipy: "frechet_by_root(real, generated)",
  }),
];
