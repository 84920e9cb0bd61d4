import { runSource } from "./runSource.ts";

await runSource("emitted");
