/** The package's own inputs, as `checkLoss` draws them. */
export * from "../../src/checking/samples.ts";
