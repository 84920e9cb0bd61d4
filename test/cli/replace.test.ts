/** Files are written whole or not at all. */
import { readdirSync, readFileSync } from "node:fs";
import { Readable } from "node:stream";
import { expect, it, vi } from "vitest";
import { replaceFile } from "../../src/cli/files/replace.ts";
import { file, folder, path } from "./folder.ts";

/** A file that is being written, until its bytes end by an error. */
async function begin(name: string) {
  const bytes = new Readable({ read() {} });
  bytes.push("half");
  const writing = replaceFile(path(name), bytes).catch((error: Error) => error.message);
  await vi.waitFor(() => expect(readdirSync(folder).filter((entry) => entry.endsWith(".tmp"))).toHaveLength(1));
  return { bytes, writing };
}

it("leaves nothing, and an older file as it was, when it is interrupted", async () => {
  file("old.txt", "old");
  const { bytes, writing } = await begin("old.txt");
  const kill = vi.spyOn(process, "kill").mockReturnValue(true);
  process.emit("SIGINT", "SIGINT");
  expect(kill).toHaveBeenCalledWith(process.pid, "SIGINT");
  kill.mockRestore();
  expect(readdirSync(folder)).toEqual(["old.txt"]);
  bytes.destroy(new Error("ended"));
  expect(await writing).toBe("ended");
  expect(readFileSync(path("old.txt"), "utf8")).toBe("old");
  expect(process.listenerCount("SIGINT")).toBe(0);
});

it("leaves the signal to others who listen", async () => {
  const other = vi.fn();
  process.on("SIGTERM", other);
  const { bytes, writing } = await begin("new.txt");
  const kill = vi.spyOn(process, "kill").mockReturnValue(true);
  process.emit("SIGTERM", "SIGTERM");
  expect(other).toHaveBeenCalledOnce();
  expect(kill).not.toHaveBeenCalled();
  kill.mockRestore();
  process.removeListener("SIGTERM", other);
  bytes.push(" and half");
  bytes.push(null);
  expect(await writing).toBeUndefined();
  expect(readFileSync(path("new.txt"), "utf8")).toBe("half and half");
  expect(readdirSync(folder).sort()).toEqual(["new.txt", "old.txt"]);
});
