// The one entry of every npm script: installs and builds what is missing, then runs the task.
// Needs nothing but Node, so that it works on a fresh clone: node scripts/run.mjs <task> [arguments]
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");
const bin = (name) => join(root, "node_modules", ".bin", name);

const say = (text) => process.stderr.write(`${text}\n`);

/** The status that a command ends with. */
function ended(child, command) {
  return new Promise((resolve) => {
    child.on("error", (error) => {
      say(`${command}: ${error.message}`);
      resolve(1);
    });
    child.on("close", (status) => resolve(status ?? 1));
  });
}

/** Runs a command with its output shown; ends this process where it fails. */
async function run(command, ...args) {
  const status = await ended(spawn(command, args, { cwd: root, stdio: "inherit" }), command);
  if (status !== 0) process.exit(status);
}

/** Runs a command beside others: its output is shown when it ends, so that outputs do not mix. Whether it succeeded. */
async function beside(command, ...args) {
  const child = spawn(command, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  const output = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => output.push(chunk));
  const status = await ended(child, command);
  process.stderr.write(Buffer.concat(output));
  return status === 0;
}

/** Says what is done, and how long it took; ends this process where it fails. */
async function step(what, work) {
  say(`${what} …`);
  const start = performance.now();
  if ((await work()) === false) process.exit(1);
  say(`${what}: ${((performance.now() - start) / 1000).toFixed(0)} s`);
}

const hashOf = (path) =>
  createHash("sha256")
    .update(readFileSync(join(root, path)))
    .digest("hex");

async function install() {
  const stamp = join(root, "node_modules", ".lossary-installed");
  const wanted = hashOf("package-lock.json");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  await step("Installing dependencies", () => beside("npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"));
  writeFileSync(stamp, wanted);
}

/** The latest change among files and folders. */
function newest(...paths) {
  return Math.max(
    ...paths.map((path) => {
      const full = join(root, path);
      const found = statSync(full);
      const inside = found.isDirectory() ? readdirSync(full).map((name) => newest(join(path, name))) : [];
      return Math.max(found.mtimeMs, ...inside);
    }),
  );
}

/** Compiles the kernels and bundles the package, unless nothing changed. */
async function build({ force = false } = {}) {
  const stamp = join(root, "build", ".built");
  const sources = newest(
    "src",
    "scripts",
    "package.json",
    "package-lock.json",
    "tsdown.config.ts",
    "tsconfig.src.json",
  );
  if (!force && existsSync(stamp) && existsSync(join(root, "dist")) && statSync(stamp).mtimeMs > sources) return;
  mkdirSync(join(root, "build"), { recursive: true });
  rmSync(stamp, { force: true });
  await step("Building", async () => {
    await run("node", "scripts/kernels.mjs");
    await run(bin("tsdown"), "--log-level", "warn");
  });
  writeFileSync(stamp, "");
}

/** Makes the site in dist/handbook unless nothing changed since it was made. */
async function buildHandbook() {
  const stamp = join(root, "dist", "handbook", "hashmap.json");
  const sources = newest("handbook", "src", "bench/results.json", "package-lock.json", "build/.built");
  if (existsSync(stamp) && statSync(stamp).mtimeMs > sources) return;
  // Young objects in plenty: with more room for them the garbage collector takes a third less time.
  await step("Building the handbook", () => beside(bin("tsx"), "--max-semi-space-size=64", "handbook/build.ts"));
}

const checkTypes = () => step("Checking types", () => beside(bin("tsc"), "-b"));
const checkStyle = () => step("Checking style", () => beside(bin("biome"), "check", "."));

/** Browser tests run in Chromium; on Debian as root it is installed when missing, elsewhere those tests say why they are skipped. */
async function ensureChromium() {
  const found = ["chromium", "chromium-browser", "google-chrome"].some(
    (name) => spawnSync("which", [name], { stdio: "ignore" }).status === 0,
  );
  const canInstall = process.getuid?.() === 0 && existsSync("/usr/bin/apt-get");
  if (found || process.env.CHROMIUM || !canInstall) return;
  await step("Installing Chromium for the browser tests", async () => {
    const installed =
      (await beside("apt-get", "update", "-qq")) &&
      (await beside("apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"));
    if (!installed) say("Chromium could not be installed; the browser tests will be skipped.");
  });
}

/** What the tests need, side by side where one does not need the other. */
async function prepareTests() {
  const beside = [ensureChromium()];
  await install();
  beside.push(checkStyle());
  await build();
  // The handbook imports the package as its readers do, so that its types need the build.
  await Promise.all([buildHandbook(), checkTypes(), ...beside]);
}

const tasks = {
  build: async () => {
    await build({ force: true });
    await buildHandbook();
  },
  test: async (...args) => {
    if (args.length === 0) await prepareTests();
    else await build();
    await step("Running the tests", () => run(bin("vitest"), "run", ...args));
  },
  typecheck: async () => {
    await build();
    await run(bin("tsc"), "-b");
  },
  lint: () => run(bin("biome"), "check", "."),
  format: () => run(bin("biome"), "check", "--write", "."),
  start: async (...args) => {
    await build();
    await run("node", "scripts/start.mjs", ...args);
  },
  example: async (name, ...args) => {
    const names = readdirSync(join(root, "examples")).flatMap((file) => /^(.+)\.ts$/.exec(file)?.[1] ?? []);
    if (!names.includes(name)) {
      say(`npm run example: there is no example "${name ?? ""}", expected ${names.join(", ")}`);
      process.exit(2);
    }
    await build();
    await run(bin("tsx"), join("examples", `${name}.ts`), ...args);
  },
  "new-loss": (...args) => run("node", "scripts/newLoss.mjs", ...args),
  handbook: async () => {
    await build();
    await run(bin("tsx"), "handbook/serve.ts");
  },
  "handbook:build": async () => {
    await build();
    await buildHandbook();
  },
  bench: async (...args) => {
    await build();
    await run(bin("tsx"), "bench/run.ts", ...args);
  },
};

const [name, ...args] = process.argv.slice(2);
const task = tasks[name];
if (!task) {
  say(`run.mjs: unknown task "${name}"; there are ${Object.keys(tasks).join(", ")}`);
  process.exit(2);
}
// The whole of the tests installs while it does other things.
if (name !== "test" || args.length > 0) await install();
await task(...args);
