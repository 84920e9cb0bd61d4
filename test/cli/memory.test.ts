/** `eval oimLoss`: its memory from a file, in each of its forms. */
import { expect, it } from "vitest";
import { readArray } from "../../src/cli/files/array.ts";
import { writeTensors } from "../../src/cli/files/write.ts";
import {
  createOimMemory,
  type OimMemory,
  oimLoss,
  oimMemoryToBytes,
  oimMemoryToPlain,
  updateOimMemory,
} from "../../src/index.ts";
import { file, path } from "./folder.ts";
import { inside, lossary } from "./program.ts";

const features = [
  [1, 0.1],
  [0, 1],
  [-1, 0.5],
];
const labels = [0, 1, -1];
const empty = createOimMemory({ identities: 2, dimension: 2, queueSize: 3 });
const memory = updateOimMemory(empty, features, labels);
const tensor = ({ data, shape }: OimMemory["table"]) => ({ data: Float32Array.from(data), shape });

file("features.csv", "a,b\n1,0.1\n0,1\n-1,0.5\n");
file("labels.csv", "person\n0\n1\n-1\n");
file("memory.json", JSON.stringify(oimMemoryToPlain(memory)));
file("memory.bin", oimMemoryToBytes(memory));
await writeTensors(path("memory.npz"), { table: tensor(memory.table), queue: tensor(memory.queue) });
const next = { data: Float64Array.of(1), shape: [] };
await writeTensors(path("all.npz"), { table: tensor(memory.table), queue: tensor(memory.queue), next });

const batch = ["--features", "features.csv", "--labels", "labels.csv"];
const evaluate = (name: string, ...more: string[]) => lossary("eval", "oimLoss", ...batch, "--memory", name, ...more);

it.each(["memory.json", "memory.bin", "memory.npz", "all.npz"])("reads the memory of %s", async (name) => {
  const { code, stdout, stderr } = evaluate(name, "--grad", `${name}.npy`, "--json");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const { value, grads } = oimLoss.valueAndGrad(features, labels, memory);
  expect(JSON.parse(stdout)).toMatchObject({
    value,
    dtype: "float64",
    arguments: {
      memory: {
        file: name,
        shape: [
          [2, 2],
          [3, 2],
        ],
      },
    },
  });
  expect(await readArray(path(`${name}.npy`))).toEqual(grads.features);
});

it("computes in f32 where the features are f32, whatever the memory is", async () => {
  const wide = { data: Float64Array.from(memory.table.data), shape: memory.table.shape };
  await writeTensors(path("wide.npz"), { table: wide, queue: tensor(memory.queue) });
  const single = { data: Float32Array.from(features.flat()), shape: [3, 2] };
  const { value, dtype } = JSON.parse(evaluate("wide.npz", "--dtype", "float32", "--json").stdout);
  expect({ value, dtype }).toEqual({ value: oimLoss(single, labels, memory), dtype: "float32" });
});

it("says in text and in the help what a memory is", async () => {
  expect(evaluate("memory.npz").stdout).toMatch(/^memory +\[2, 2\] \[3, 2\] from memory\.npz$/m);
  const help = (await inside("eval", "oimLoss", "--help")).stdout.replace(/\s+/g, " ");
  expect(help).toContain(".npz with table and queue, .json of oimMemoryToPlain, or .bin of oimMemoryToBytes");
  expect((await inside("show", "oimLoss")).stdout).toContain("--memory memory.npz");
});

const plain = oimMemoryToPlain(memory);
await writeTensors(path("half.npz"), { table: tensor(memory.table) });
file("typed.json", JSON.stringify(memory));
file("text.json", "{ table");
file("null.json", JSON.stringify({ ...plain, table: { data: [1, null, 0, 1], shape: [2, 2] } }));
file("split.json", JSON.stringify({ ...plain, queue: { data: [1], shape: [0.5, 2] } }));
file("wide.json", JSON.stringify({ ...plain, queue: { data: [1, 2, 3], shape: [1, 3] } }));
file("next.json", JSON.stringify({ table: plain.table, queue: plain.queue }));
file("other.json", JSON.stringify(oimMemoryToPlain(createOimMemory({ identities: 2, dimension: 3, queueSize: 1 }))));
file("short.bin", oimMemoryToBytes(memory).subarray(0, 40));
file("empty.bin", "");

it.each([
  ["no.json", 1, "no.json: there is no such file"],
  ["memory.pt", 2, '"memory.pt": expected a memory: .npz with table and queue'],
  ["memory.npz:table", 2, '"memory.npz:table": expected a memory'],
  ["half.npz", 1, 'half.npz: has no array "queue"; it holds table'],
  ["text.json", 1, "text.json: is no JSON"],
  [
    "typed.json",
    1,
    "typed.json: memory has a table whose data is an object of type Object (for JSON: oimMemoryToPlain)",
  ],
  ["null.json", 1, "null.json: memory has table.data[1] = null"],
  ["split.json", 1, "split.json: memory has a queue of shape [0.5, 2]"],
  ["wide.json", 1, "wide.json: memory has a table and a queue of different dimensions"],
  ["next.json", 1, "next.json: memory has next = undefined"],
  ["short.bin", 1, "short.bin: has 40 bytes, which are not a memory of [2 + 3, 2]"],
  ["empty.bin", 1, "empty.bin: is empty (0 bytes)"],
  ["other.json", 1, "oimLoss: memory has dimension 3, but features is [3, 2]"],
] as const)("refuses %s", (name, code, message) => {
  const run = evaluate(name);
  expect(run).toMatchObject({ code, stdout: "" });
  expect(run.stderr).toMatch(/^lossary: [^\n]*\n$/);
  expect(run.stderr).toContain(message);
});
