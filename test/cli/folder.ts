/** A folder for the files of a test, removed when the tests of the file are done. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect } from "vitest";
import { UserError } from "../../src/cli/errors.ts";

export const folder = mkdtempSync(join(tmpdir(), "lossary-cli-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

export const path = (name: string): string => join(folder, name);

export function file(name: string, content: string | Uint8Array): string {
  writeFileSync(path(name), content);
  return path(name);
}

/** A .npy file with any header, however wrong. */
export function npy(header: string, numbers: Uint8Array = new Uint8Array(0), version = 1): Buffer {
  const start = Buffer.alloc(version === 1 ? 10 : 12);
  start.write("\x93NUMPY", "latin1");
  start[6] = version;
  if (version === 1) start.writeUInt16LE(header.length, 8);
  else start.writeUInt32LE(header.length, 8);
  return Buffer.concat([start, Buffer.from(header, "latin1"), numbers]);
}

export const floats = (...numbers: number[]): Buffer => Buffer.from(Float32Array.from(numbers).buffer);

/** The promise fails with a user's error of this exit code, on one line that matches. */
export async function expectFault(promise: Promise<unknown>, message: RegExp, exitCode = 1): Promise<void> {
  const error = await promise.then(
    () => expect.fail("nothing was thrown"),
    (thrown: unknown) => thrown,
  );
  expect(error, String((error as Error).stack)).toBeInstanceOf(UserError);
  const { message: text, exitCode: code } = error as UserError;
  expect(text).toMatch(message);
  expect(text).not.toContain("\n");
  expect(code).toBe(exitCode);
}
