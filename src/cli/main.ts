#!/usr/bin/env node
import { run } from "./program.ts";
import { leaveQuietlyOnClosedPipe } from "./terminal/print.ts";

leaveQuietlyOnClosedPipe();
process.exitCode = await run(process.argv.slice(2));
