/** WebAssembly files are inlined by the bundler as text; see scripts/inlineWasm.ts. */
declare module "*.wasm" {
  const text: string;
  export default text;
}
