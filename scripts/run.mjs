// The one entry of every npm script: installs and builds what is missing, then runs the task.
// Needs nothing but Node, so that it works on a fresh clone: node scripts/run.mjs <task> [arguments]
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");
const bin = (name) => join(root, "node_modules", ".bin", name);

/** Runs a command in the repository with its output shown; ends this process where it fails. */
function run(command, ...args) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: "inherit" });
  if (error) process.stderr.write(`${command}: ${error.message}\n`);
  if (status !== 0) process.exit(status ?? 1);
}

const say = (text) => process.stderr.write(`${text}\n`);

const hashOf = (path) =>
  createHash("sha256")
    .update(readFileSync(join(root, path)))
    .digest("hex");

function install() {
  const stamp = join(root, "node_modules", ".lossary-installed");
  const wanted = hashOf("package-lock.json");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  say("Installing dependencies …");
  run("npm", "ci", "--no-audit", "--no-fund", "--loglevel=error");
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

function build({ force = false } = {}) {
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
  say("Building …");
  mkdirSync(join(root, "build"), { recursive: true });
  rmSync(stamp, { force: true });
  run("node", "scripts/kernels.mjs");
  run(bin("tsdown"), "--log-level", "warn");
  writeFileSync(stamp, "");
}

/** Makes the site in dist/handbook unless nothing changed since it was made. */
function buildHandbook() {
  const stamp = join(root, "dist", "handbook", "hashmap.json");
  const sources = newest("handbook", "src", "bench/results.json", "package-lock.json", "build/.built");
  if (existsSync(stamp) && statSync(stamp).mtimeMs > sources) return;
  say("Building the handbook …");
  // Young objects in plenty: with more room for them the garbage collector takes a third less time.
  run(bin("tsx"), "--max-semi-space-size=64", "handbook/build.ts");
}

/** Browser tests run in Chromium; on Debian as root it is installed when missing, elsewhere those tests say why they are skipped. */
function ensureChromium() {
  const found = ["chromium", "chromium-browser", "google-chrome"].some(
    (name) => spawnSync("which", [name], { stdio: "ignore" }).status === 0,
  );
  const canInstall = process.getuid?.() === 0 && existsSync("/usr/bin/apt-get");
  if (found || process.env.CHROMIUM || !canInstall) return;
  say("Installing Chromium for the browser tests …");
  const apt = (...args) => spawnSync("apt-get", args, { stdio: ["ignore", "ignore", "inherit"] }).status === 0;
  if (!apt("update", "-qq") || !apt("install", "-y", "-qq", "--no-install-recommends", "chromium"))
    say("Chromium could not be installed; the browser tests will be skipped.");
}

const tasks = {
  build: () => {
    build({ force: true });
    buildHandbook();
  },
  test: (...args) => {
    build();
    if (args.length === 0) {
      run(bin("tsc"), "-b");
      run(bin("biome"), "check", ".");
      ensureChromium();
      buildHandbook();
    }
    run(bin("vitest"), "run", ...args);
  },
  typecheck: () => {
    build();
    run(bin("tsc"), "-b");
  },
  lint: () => run(bin("biome"), "check", "."),
  format: () => run(bin("biome"), "check", "--write", "."),
  start: (...args) => {
    build();
    run("node", "scripts/start.mjs", ...args);
  },
  example: (name, ...args) => {
    const names = readdirSync(join(root, "examples")).flatMap((file) => /^(.+)\.ts$/.exec(file)?.[1] ?? []);
    if (!names.includes(name)) {
      say(`npm run example: there is no example "${name ?? ""}", expected ${names.join(", ")}`);
      process.exit(2);
    }
    build();
    run(bin("tsx"), join("examples", `${name}.ts`), ...args);
  },
  handbook: () => {
    build();
    run(bin("tsx"), "handbook/serve.ts");
  },
  "handbook:build": () => {
    build();
    buildHandbook();
  },
  bench: (...args) => {
    build();
    run(bin("tsx"), "bench/run.ts", ...args);
  },
};

const [name, ...args] = process.argv.slice(2);
const task = tasks[name];
if (!task) {
  say(`run.mjs: unknown task "${name}"; there are ${Object.keys(tasks).join(", ")}`);
  process.exit(2);
}
install();
task(...args);
