// Writes the objects of the formulas named: scripts/formulaKernels.mjs starts it.
import { writeFileSync } from "node:fs";
import { formulaObjectPath } from "./formulaKernels.mjs";
import { formulaObject } from "./formulaModule.mjs";

for (const name of process.argv.slice(2)) writeFileSync(formulaObjectPath(name), await formulaObject(name));
