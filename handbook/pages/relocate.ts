/**
 * Makes the built site work at any address. VitePress writes one absolute base into every page and script; here it becomes
 * relative links in the pages, and in the scripts the base that a page finds out from its own address.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The base VitePress builds with, unlike anything else. */
export const placeholder = "/__handbook__/";
const variable = "window.__HANDBOOK_BASE__";

/** A page `depth` folders below the site's root. */
function relocatePage(html: string, depth: number): string {
  const up = "../".repeat(depth) || "./";
  // Links become absolute again before the page's framework takes over: it keeps them while it moves between folders.
  const base = `<script>${variable}=new URL("${up}",location.href).pathname</script>`;
  const links = `<script>for(const a of document.querySelectorAll('a[href^="."]'))a.setAttribute("href",a.pathname+a.search+a.hash)</script>`;
  return html
    .replace(/<script[^>]*>window\.__VP_HASH_MAP__[\s\S]*?<\/script>/, (script) =>
      script.replaceAll(placeholder, `"+${variable}+"`),
    )
    .replaceAll(/\b(href|src)="\/__handbook__\/([^"]*)"/g, (_, name: string, path: string) => `${name}="${up}${path}"`)
    .replace("<head>", () => `<head>${base}`)
    .replace("</body>", () => `${links}</body>`);
}

/** Scripts name the base as a literal of its own; the search index is one long literal with the base inside. */
function relocateScript(code: string): string {
  const index = /^const \w+=(['"`])\{/.exec(code);
  return index
    ? code.replaceAll(placeholder, `${index[1]}+${variable}+${index[1]}`)
    : code.replaceAll(new RegExp(`(["'\`])${placeholder}\\1`, "g"), `(${variable})`);
}

export function relocate(folder: string): void {
  for (const file of readdirSync(folder, { recursive: true }) as string[]) {
    if (!/\.(html|js|css)$/.test(file)) continue;
    const path = join(folder, file);
    const before = readFileSync(path, "utf8");
    const depth = file.split(/[\\/]/).length - 1;
    const after = file.endsWith(".html")
      ? relocatePage(before, depth)
      : file.endsWith(".js")
        ? relocateScript(before)
        : before.replaceAll(`${placeholder}assets/`, "./");
    if (after.includes(placeholder)) throw new Error(`${file}: still names the base VitePress was given`);
    if (after !== before) writeFileSync(path, after);
  }
}
