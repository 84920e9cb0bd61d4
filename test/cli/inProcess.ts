import { vi } from "vitest";
import { run } from "../../src/cli/program.ts";

/** Runs the program in this process; what it printed, and its exit code. */
export async function lossary(...argv: string[]): Promise<{ out: string; err: string; code: number }> {
  const printed = { out: "", err: "" };
  const capture = (stream: "stdout" | "stderr", key: "out" | "err") =>
    vi.spyOn(process[stream], "write").mockImplementation((text) => {
      printed[key] += text;
      return true;
    });
  const spies = [capture("stdout", "out"), capture("stderr", "err")];
  try {
    const code = await run(argv);
    return { ...printed, code };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}
