import { spawnSync } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { normalize } from "node:path";
import { type Browser, chromium } from "playwright-core";

function findChromium(): string | undefined {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  for (const name of ["chromium", "chromium-browser", "google-chrome"]) {
    const { status, stdout } = spawnSync("which", [name], { encoding: "utf8" });
    if (status === 0) return stdout.trim();
  }
  return undefined;
}

/** The path of a Chromium to test in, or undefined. */
export const executablePath = findChromium();
if (!executablePath)
  console.warn("browser tests skipped: no Chromium found (install one, or set CHROMIUM to its path)");

/** A browser, and a server on this machine for it to visit. */
export interface Visit {
  readonly browser: Browser;
  readonly url: string;
  close(): Promise<void>;
}

/** How the browser starts, and what the server says with every answer. */
interface Setting {
  readonly args?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** Opens a browser beside a server; `answer` gives type and content of a path, and throws where there is nothing. */
export async function visit(
  answer: (path: string) => [type: string, content: string | Uint8Array],
  { args: own = ["--disable-gpu"], headers = {} }: Setting = {},
): Promise<Visit> {
  const server = createServer(({ url = "/" }, response) => {
    try {
      const [type, content] = answer(normalize(new URL(url, "http://localhost").pathname));
      // Kept by the browser, with what it compiled of it.
      const kept = { "cache-control": "max-age=3600", "content-type": type };
      response.writeHead(200, { ...headers, ...kept }).end(content);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const args = ["--no-sandbox", "--disable-background-networking", "--no-first-run", ...own];
  const browser = await chromium.launch({ executablePath: executablePath as string, args });
  const close = async () => {
    await browser.close();
    server.close();
  };
  return { browser, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close };
}
