// Lets losses be imported before there are kernels: their module is then empty. node --import tsx --import ./scripts/withoutKernels.mjs
import { register } from "node:module";

const hooks = `
export const load = (url, context, next) =>
  url.endsWith(".wasm") ? { format: "module", source: 'export default ""', shortCircuit: true } : next(url, context);
export const resolve = (name, context, next) =>
  name.endsWith(".wasm") ? { url: new URL(name, context.parentURL).href, shortCircuit: true } : next(name, context);
`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
