/** Both engines refuse what the package itself refuses, in the same words. */
import { beforeAll, expect, it } from "vitest";
import { hasChannels } from "../../src/engines/tfjs/layout.ts";
import { expectRefused, refusals } from "../harness/misuse.ts";
import { inputsOf, losses, lossNames, optionsOf } from "./cases.ts";
import * as jax from "./jax.ts";
import * as tfjs from "./tfjs.ts";

type Call = (...args: unknown[]) => unknown;

const commonOf = (name: string) =>
  losses[name]?.spec.unreduced ? ["reduction", "sampleWeight", "checkFinite"] : ["checkFinite"];

beforeAll(async () => void (await tfjs.tf.setBackend("cpu")));

it.each(lossNames)("lossary/tfjs: %s", (name) => {
  const { spec } = losses[name] as (typeof losses)[string];
  const before = tfjs.tf.memory().numTensors;
  const args = tfjs.toTensors(name, inputsOf(name, 1, false));
  const common = [...commonOf(name), "fused", "validate", ...(hasChannels(spec) ? ["channelsLast"] : [])];
  const refused = refusals(spec, args, optionsOf(name)[0] ?? {}, "a tf.Tensor", common);
  for (const refusal of refused) expectRefused(tfjs.native[name] as Call, refusal);
  tfjs.tf.dispose(args as never);
  expect(tfjs.tf.memory().numTensors).toBe(before);
});

it.each(lossNames)("lossary/jax: %s", (name) => {
  const { spec } = losses[name] as (typeof losses)[string];
  const inputs = inputsOf(name, 1, false);
  // A call consumes its arrays, also one that is refused.
  const fresh = () => jax.toArrays(name, inputs);
  const model = fresh();
  const refused = refusals(spec, model, optionsOf(name)[0] ?? {}, "a jax-js array", commonOf(name));
  for (const { args, ...refusal } of refused) {
    const own = fresh();
    expectRefused(jax.native[name] as Call, {
      ...refusal,
      args: args.map((arg) => (model.includes(arg as never) ? own[model.indexOf(arg as never)] : arg)),
    });
  }
});
