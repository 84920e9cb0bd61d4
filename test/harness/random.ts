/** The package's own seeded generator, so that tests draw the same numbers on every machine and in every run. */
export { type Random, seededRandom as seeded } from "../../src/random.ts";
