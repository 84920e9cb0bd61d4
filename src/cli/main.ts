#!/usr/bin/env node
import { run } from "./program.ts";
import { leaveOnClosedOutput } from "./terminal/print.ts";

leaveOnClosedOutput();
process.exitCode = await run(process.argv.slice(2));
