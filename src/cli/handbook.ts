/** `lossary handbook`: serves the handbook that comes with the package, on this machine alone. */

import { existsSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import serve from "serve-handler";
import { dataError } from "./errors.ts";
import { writeOut } from "./terminal/print.ts";
import { whole } from "./values.ts";

const EXAMPLES = `
Examples:
  lossary handbook                the handbook at http://localhost:4173/
  lossary handbook --port 0       at any free port
It is served until Ctrl-C, to this machine alone, and contacts no network.`;

export function handbookCommand(): Command {
  return new Command("handbook")
    .summary("serve the handbook: every loss, alive, in English and Chinese")
    .description(
      "Serves the handbook that comes with the package: every loss explained, with something to touch on each page.",
    )
    .option("--port <number>", "the port to listen on; 0 takes any that is free", whole(0, 65_535), 4173)
    .addHelpText("after", EXAMPLES)
    .action(handbook);
}

async function handbook({ port }: { port: number }): Promise<void> {
  // This file is built into dist/cli.
  const folder = fileURLToPath(new URL("../handbook", import.meta.url));
  if (!existsSync(folder)) throw dataError(`${folder}: the handbook has not been built here (npm run handbook:build)`);
  // Newer Nodes warn of a function the server calls, which is nobody's business here.
  process.noDeprecation = true;
  const options = { public: folder, cleanUrls: false, directoryListing: false } as const;
  const server = createServer((request, response) => {
    // A folder's page is its index.
    request.url = request.url?.replace(/\/(?=\?|$)/, "/index.html");
    void serve(request, response, options);
  });
  await listen(server, port);
  writeOut(`The handbook is at http://localhost:${(server.address() as AddressInfo).port}/ (Ctrl-C ends it).\n`);
  await new Promise<void>((resolve) => process.once("SIGINT", resolve).once("SIGTERM", resolve));
  server.closeAllConnections();
  server.close();
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(
        error.code === "EADDRINUSE"
          ? dataError(`port ${port} is taken; give another with --port, or --port 0 for any that is free`)
          : dataError(`port ${port} cannot be listened on (${error.message})`),
      ),
    );
    server.listen(port, "127.0.0.1", resolve);
  });
}
