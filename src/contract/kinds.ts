/** What stands for an argument, by its kind. */
import type { FloatInput, IndexInput } from "../tensor/tensor.ts";

/** `One` for an array, `List` for a list of them, `Index` for whole numbers, `Other` for anything else. */
export type ByKind<A, One, List, Index = One, Other = A> = IndexInput extends A
  ? Index
  : readonly FloatInput[] extends A
    ? List
    : FloatInput extends A
      ? One
      : Other;
