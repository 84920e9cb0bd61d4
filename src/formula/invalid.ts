/** Thrown at a formula that is wrong, whatever would run it; says what of it is. */
export class InvalidFormula extends Error {}
