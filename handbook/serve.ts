/** Serves the site while it is written: pages follow their sources, widgets reload by themselves. npm run handbook */
import { watch } from "node:fs";
import { join } from "node:path";
import { createServer } from "vitepress";
import { writeReference } from "./pages/reference.ts";
import { root } from "./pages/source.ts";
import { clearPages, writePages } from "./pages/write.ts";

clearPages();
await writePages();
await writeReference();

let waiting: NodeJS.Timeout | undefined;
/** Writes pages anew a moment after the last change. */
function changed(_: string, file: string | null): void {
  if (!file?.endsWith(".md")) return;
  clearTimeout(waiting);
  waiting = setTimeout(
    () => void writePages().catch((error: Error) => process.stderr.write(`${error.message}\n`)),
    100,
  );
}
for (const folder of ["src", join("handbook", "guides")]) watch(join(root, folder), { recursive: true }, changed);

const server = await createServer(import.meta.dirname);
await server.listen();
server.printUrls();
