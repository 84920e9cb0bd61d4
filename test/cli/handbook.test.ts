/** `lossary handbook`: the built site over HTTP, until it is told to stop. */
import { spawn } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { root } from "../package/unpack.ts";
import { lossary } from "./program.ts";

it("serves every page and stops at Ctrl-C", async () => {
  const child = spawn("node", [join(root, "dist", "cli.js"), "handbook", "--port", "0"], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stderr = "";
  child.stderr.on("data", (data) => (stderr += data));
  const line = await new Promise<string>((resolve) => child.stdout.once("data", (data) => resolve(String(data))));
  const url = /http:\/\/localhost:\d+\//.exec(line)?.[0] as string;
  onTestFinished(() => void child.kill("SIGKILL"));
  for (const path of ["", "zh/", "losses/focal.html", "zh/losses/focal.html", "guides/which.html"]) {
    const response = await fetch(url.replace("localhost", "127.0.0.1") + path);
    expect(response.status, path).toBe(200);
    expect(await response.text()).toContain("<h1");
  }
  expect((await fetch(`${url.replace("localhost", "127.0.0.1")}nothing.html`)).status).toBe(404);
  child.kill("SIGINT");
  expect(await new Promise((resolve) => child.once("close", resolve))).toBe(0);
  expect(stderr).toBe("");
});

it("says that a port is taken", async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const { port } = other.address() as AddressInfo;
  const run = lossary("handbook", "--port", String(port));
  other.close();
  expect(run).toEqual({
    code: 1,
    stdout: "",
    stderr: `lossary: port ${port} is taken; give another with --port, or --port 0 for any that is free\n`,
  });
  expect(lossary("handbook", "--port", "x").code).toBe(2);
});
