/** The package's own central differences, as `checkLoss` takes them. */
export { centralDifference } from "../../src/checking/differences.ts";
