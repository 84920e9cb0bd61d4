/** Makes the site in dist/handbook, static files that work at any address: npm run handbook:build */
import { join } from "node:path";
import { build } from "vitepress";
import { writeReference } from "./pages/reference.ts";
import { placeholder, relocate } from "./pages/relocate.ts";
import { root } from "./pages/source.ts";
import { clearPages, writePages } from "./pages/write.ts";

clearPages();
await writePages();
await writeReference();
process.env.HANDBOOK_BASE = placeholder;
await build(import.meta.dirname);
relocate(join(root, "dist", "handbook"));
