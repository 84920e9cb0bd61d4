// Objects put together.
import binaryen from "assemblyscript/binaryen";
import { readModule } from "./kernelObjects.mjs";

/** One module of several: the functions and exports of all. */
export function putTogether(parts) {
  const whole = readModule(parts[0]);
  for (const bytes of parts.slice(1)) {
    const module = readModule(bytes);
    if (module.getNumGlobals() > 0 || module.getNumTables() > 0 || module.getNumDataSegments() > 0)
      throw new Error("an object has globals, tables or data; only functions can be put together");
    for (let i = 0; i < module.getNumFunctions(); i++) {
      const { name, params, results, vars, body } = binaryen.getFunctionInfo(module.getFunctionByIndex(i));
      whole.addFunction(name, params, results, vars, whole.copyExpression(body));
    }
    for (let i = 0; i < module.getNumExports(); i++) {
      const { name, value } = binaryen.getExportInfo(module.getExportByIndex(i));
      whole.addFunctionExport(value, name);
    }
  }
  return whole;
}

/** Modules as one object, optimized, with the names of its functions. */
export function objectOf(modules) {
  const whole = putTogether(modules);
  binaryen.setDebugInfo(true);
  // Code that runs once per row is not worth a copy. All limits are set, for others' would stay.
  binaryen.setAlwaysInlineMaxSize(0);
  binaryen.setFlexibleInlineMaxSize(0);
  binaryen.setOneCallerInlineMaxSize(-1);
  binaryen.setAllowInliningFunctionsWithLoops(false);
  whole.optimize();
  if (!whole.validate()) throw new Error("an object is not valid after optimization");
  return whole.emitBinary();
}
