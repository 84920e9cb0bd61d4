/** Models pulled from a server on this machine: whole, in parts, too large, false, broken off. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname } from "node:path";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { knownModels } from "../../src/cli/models/known.ts";
import { path } from "../cli/folder.ts";
import { meanColour } from "../networks/model.ts";
import { noiseImages } from "./images.ts";
import { lossary, outcome } from "./program.ts";

const model = Buffer.from(meanColour());
const sha256 = createHash("sha256").update(model).digest("hex");
const HALF = Math.floor(model.length / 2);

let server: Server;
let base: string;
let requests: { url: string; range: string | undefined }[] = [];

/** What the server does with a path, besides serving the model in whole or from a range. */
const answers: Record<string, (response: ServerResponse) => void> = {
  "/missing.onnx": (response) => void response.writeHead(404).end(),
  "/broken.onnx": (response) => {
    response.writeHead(200, { "content-length": model.length });
    response.write(model.subarray(0, HALF));
    // Later than the half arrives: what is cut off with a connection may be lost.
    setTimeout(() => response.destroy(), 200);
  },
  "/endless.onnx": (response) => {
    const write = () => {
      if (response.writable && !response.destroyed) response.write(Buffer.alloc(2 ** 16), write);
    };
    write();
  },
  "/slow.onnx": (response) => {
    response.writeHead(200, { "content-length": model.length });
    response.write(model.subarray(0, HALF));
  },
  "/unranged.onnx": (response) => void response.writeHead(200).end(model),
};

function serve({ url = "", headers: { range } }: IncomingMessage, response: ServerResponse): void {
  requests.push({ url, range });
  const answer = answers[url];
  if (answer && !(range && ["/broken.onnx", "/slow.onnx"].includes(url))) {
    answer(response);
    return;
  }
  const from = Number(/^bytes=(\d+)-$/.exec(range ?? "")?.[1] ?? 0);
  if (from >= model.length) {
    response.writeHead(416).end();
    return;
  }
  const headers = { "content-range": `bytes ${from}-${model.length - 1}/${model.length}` };
  response.writeHead(range ? 206 : 200, range ? headers : {}).end(model.subarray(from));
}

beforeAll(async () => {
  server = createServer(serve);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
afterEach(() => {
  requests = [];
  rmSync(path("cache/models"), { recursive: true, force: true });
});

const pull = (name: string, sum = sha256, ...more: string[]) =>
  lossary("models", "pull", `${base}/${name}`, "--sha256", sum, ...more);
const kept = (name: string) => path(`cache/models/${name}.onnx`);
const part = (name: string) => `${kept(name)}.${sha256.slice(0, 16)}.part`;

it("keeps a verified model under its name, and asks nobody for what is there", async () => {
  expect(await pull("net.onnx")).toMatchObject({ code: 0, stderr: "" });
  expect(readFileSync(kept("net"))).toEqual(model);
  expect((await pull("net.onnx")).code).toBe(0);
  expect((await lossary("models", "pull", "net")).code).toBe(0);
  expect(requests).toHaveLength(1);
  const [record] = await outcome("models", "list");
  expect(record).toEqual({ name: "net", url: `${base}/net.onnx`, sha256, bytes: model.length });
  const folder = await noiseImages("named", 4, 1);
  const flags = ["--model", "net", "--output", "colour", "--preprocess", "vgg16"];
  expect((await outcome("fid", folder, folder, ...flags)).fid).toBeLessThan(1e-6);
});

it("pulls a model again by its name where it is gone", async () => {
  await pull("net.onnx", sha256, "--name", "mine");
  rmSync(kept("mine"));
  expect((await lossary("models", "pull", "mine")).code).toBe(0);
  expect(readFileSync(kept("mine"))).toEqual(model);
});

it("throws away what is not what was promised", async () => {
  const wrong = "0".repeat(64);
  const { code, stderr } = await pull("net.onnx", wrong);
  expect(code).toBe(1);
  expect(stderr).toContain(`has SHA-256 ${sha256}, expected ${wrong}; what was received was thrown away`);
  expect(existsSync(kept("net"))).toBe(false);
  expect((await lossary("models", "list")).stdout).toMatch(/No models/);
});

it("lists a model whose record is damaged or missing", async () => {
  mkdirSync(dirname(kept("own")), { recursive: true });
  writeFileSync(kept("own"), "model");
  for (const record of [null, "{", "{}"]) {
    if (record !== null) writeFileSync(kept("own").replace(/onnx$/, "json"), record);
    expect(await outcome("models", "list")).toContainEqual({ name: "own", bytes: 5, url: null, sha256: null });
    expect((await lossary("models", "list")).stdout).toMatch(/^own +5 bytes +unknown +unknown$/m);
  }
  rmSync(kept("own"));
});

it("goes on with a download that broke off", async () => {
  const { code, stderr } = await pull("broken.onnx");
  expect(code).toBe(1);
  expect(stderr).toMatch(/broke off after \d+ bytes \(.*\); the same command goes on from there/);
  expect(existsSync(kept("broken"))).toBe(false);
  expect((await pull("broken.onnx")).code).toBe(0);
  expect(requests.map(({ range }) => range)).toEqual([undefined, `bytes=${HALF}-`]);
  expect(readFileSync(kept("broken"))).toEqual(model);
});

it("goes on after Ctrl-C", async () => {
  const kill = vi.spyOn(process, "kill").mockReturnValue(true);
  const before = process.listenerCount("SIGINT");
  const running = pull("slow.onnx");
  while (process.listenerCount("SIGINT") === before || !existsSync(part("slow")))
    await new Promise((resolve) => setTimeout(resolve, 5));
  while (readFileSync(part("slow")).length < HALF) await new Promise((resolve) => setTimeout(resolve, 5));
  process.emit("SIGINT", "SIGINT");
  expect((await running).stderr).toMatch(/interrupted after \d+ bytes; the same command goes on from there/);
  expect(kill).toHaveBeenCalledExactlyOnceWith(process.pid, "SIGINT");
  kill.mockRestore();
  expect((await pull("slow.onnx")).code).toBe(0);
  expect(readFileSync(kept("slow"))).toEqual(model);
});

it("starts anew where the server sends all, and takes a part that is whole", async () => {
  const half = async (name: string, bytes: Buffer) => {
    await pull(`${name}.onnx`);
    rmSync(kept(name));
    writeFileSync(part(name), bytes);
    expect((await pull(`${name}.onnx`)).code).toBe(0);
    expect(readFileSync(kept(name))).toEqual(model);
  };
  await half("unranged", model.subarray(0, HALF));
  await half("net", model);
});

it("refuses what is too large, as announced and as it comes", async () => {
  expect((await pull("net.onnx", sha256, "--max-size", "0.0001")).stderr).toMatch(
    /more than 100 bytes; --max-size allows/,
  );
  const { code, stderr } = await pull("endless.onnx", sha256, "--max-size", "1");
  expect(code).toBe(1);
  expect(stderr).toMatch(/has more than 1 MB; --max-size allows more/);
  expect(existsSync(part("endless"))).toBe(false);
});

it("says what the server answers, and that none is there", async () => {
  expect((await pull("missing.onnx")).stderr).toMatch(/missing\.onnx: the server answers 404 Not Found/);
  const gone = await lossary("models", "pull", "http://127.0.0.1:1/net.onnx", "--sha256", sha256);
  expect(gone).toMatchObject({ code: 1, stderr: expect.stringMatching(/cannot be reached \(/) });
});

it.each<[string[], RegExp]>([
  [["http://127.0.0.1/net.onnx"], /--sha256 says what the file must be/],
  [["http://127.0.0.1/net.onnx", "--sha256", "12"], /Expected 64 hexadecimal digits/],
  [["ftp://127.0.0.1/net.onnx", "--sha256", sha256], /expected an address that begins with http/],
  [["http://127.0.0.1/", "--sha256", sha256], /its last part makes no name; give one with --name/],
  [["http://127.0.0.1/a.onnx", "--sha256", sha256, "--name", "../a"], /Expected letters, digits, dots/],
  [["unknown"], /no model of that name was pulled before; give its URL/],
  [
    ["fid-inception"],
    /pulled before; it is published as PyTorch weights, of which the script that lossary models export/,
  ],
])("refuses %j as a fault of usage", async (args, message) => {
  const { code, stderr } = await lossary("models", "pull", ...args);
  expect(stderr).toMatch(message);
  expect(code).toBe(2);
});

it.each(Object.entries({ "fid-inception": 2048, "clean-fid": 2048, "torchvision-inception": 2048, vgg16: 4096 }))(
  "prints the script that makes %s",
  async (name, dimension) => {
    const { code, stdout } = await lossary("models", "export", name);
    expect(code).toBe(0);
    expect(stdout).toContain(`"features" [N, ${dimension}]`);
    expect(stdout).toContain(`--model ${name}.onnx --output features --preprocess ${name}\n`);
    expect(stdout).not.toMatch(/undefined|\$\{/);
    const python = spawnSync("python3", ["-c", "import ast, sys; ast.parse(sys.stdin.read())"], { input: stdout });
    if (python.error) process.stderr.write(`models export ${name}: not parsed, there is no python3\n`);
    else expect(String(python.stderr)).toBe("");
  },
);

it("leads to the script where a known network is named as a model and is not there", async () => {
  const folder = await noiseImages("wanted", 2, 1);
  const { code, stderr } = await lossary("is", folder, "--model", "vgg16", "--preprocess", "vgg16");
  expect(code).toBe(1);
  expect(stderr).toMatch(/^lossary: vgg16: there is no such file, nor a model .*; lossary models export vgg16 prints/);
});

it("knows models by name, each with the checksum its publisher states", async () => {
  for (const { url, sha256 } of Object.values(knownModels)) {
    expect(url).toMatch(/^https:\/\/.*\.onnx$/);
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
  }
  const help = (await lossary("models", "pull", "--help")).stdout;
  for (const name of Object.keys(knownModels)) expect(help).toContain(name);
  const unknown = await lossary("models", "pull", "nobody");
  expect(unknown.code).toBe(2);
  expect(unknown.stderr).toContain("give its URL, or one of imagenet-inception, imagenet-vgg16");
});
