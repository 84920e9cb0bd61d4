/** What runs a formula: a kernel that is compiled from it where one can be, else tensor operations. */
import { FormulaKernels, type KernelCall, type Source } from "./compiler/compile.ts";
import { NotCompiled } from "./compiler/graph.ts";
import { InvalidFormula } from "./invalid.ts";
import { type FormulaPlan, fusedPlan, tensorPlan } from "./plan.ts";
import { TensorFormula, type TensorSource } from "./tensors/tensorFormula.ts";

export interface Runner {
  /** Of the value; none where it is one number. */
  readonly symbols: readonly string[];
  /** Whether one kernel computes it. */
  readonly fused: boolean;
  /** Whether a value depends on other rows of the arguments than its own. */
  readonly mixesRows: boolean;
  /** Of each argument, whether the value has a slope by it. */
  readonly reached: readonly boolean[];
  countValues(lengths: KernelCall["lengths"]): number;
  /** Fills what is wanted and returns Σ upstream · value. */
  run(call: KernelCall): number;
  plan(name: string): FormulaPlan;
}

/** The same formula, as both trace it. */
export type BothSources = Omit<Source, "formula"> & {
  readonly formula: Source["formula"] & TensorSource["formula"];
};

/** Throws `InvalidFormula` where the formula is wrong. `gradients` says of each argument whether it ever has one. */
export function runnerFor(source: BothSources, gradients: readonly boolean[]): Runner {
  const tensors = new TensorFormula(source);
  const { symbols, mixesRows } = tensors;
  const countValues = (lengths: KernelCall["lengths"]) => tensors.countValues(lengths);
  const base = { symbols, mixesRows, reached: tensors.reached(), countValues };
  try {
    const kernels = new FormulaKernels(source);
    kernels.check(gradients);
    return {
      ...base,
      fused: true,
      run(call) {
        try {
          return kernels.run(call);
        } catch (error) {
          // Some formulas are others at some lengths.
          if (!(error instanceof NotCompiled)) throw error;
          return tensors.run(call);
        }
      },
      plan(name) {
        const { passes, kept } = kernels.outline(gradients);
        return fusedPlan(name, passes, kept);
      },
    };
  } catch (error) {
    // What a kernel cannot be made of is for the others, and so is what is wrong only at the lengths it was tried with.
    if (!(error instanceof NotCompiled || error instanceof InvalidFormula)) throw error;
    const why = error.message;
    const plan = (name: string) => {
      const { operations, arrays } = tensors.plan(gradients);
      return tensorPlan(name, operations, arrays, why);
    };
    return { ...base, fused: false, run: (call) => tensors.run(call), plan };
  }
}
