import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { optionsOf, type Row } from "../row.ts";

export interface Measured {
  readonly ms: number;
  readonly value: number;
}

interface Answer {
  readonly missing?: string;
  readonly version?: string;
  /** By row, then by peer: "PyTorch", "SciPy". */
  readonly rows?: Readonly<Record<string, Readonly<Record<string, Measured>>>>;
}

/**
 * With these, glibc keeps memory that was freed. By default it gives large blocks back at once, so that PyTorch gets every
 * large tensor as fresh pages, whose faults may take longer than the arithmetic.
 */
export const keepMemory = { MALLOC_MMAP_THRESHOLD_: "4294967295", MALLOC_TRIM_THRESHOLD_: "4294967295" };

/** Times the peers that live in Python in a process of its own, on one thread; the first Python that can import them is used. */
export function timePython(rows: readonly Row[], seconds: number, environment: Record<string, string> = {}): Answer {
  const folder = mkdtempSync(join(tmpdir(), "lossary-bench-"));
  try {
    const requests = rows.map((row, i) => {
      const { name, torch, scipy, wrt, inputs } = row;
      const files = Object.entries(inputs()).map(([argument, { data, shape }]) => {
        const path = join(folder, `${i}.${argument}`);
        writeFileSync(path, data);
        return [argument, { path, shape, integer: data instanceof Int32Array }];
      });
      return { name, torch, scipy, wrt, inputs: Object.fromEntries(files), options: optionsOf(row) };
    });
    let answer: Answer = { missing: "no python3" };
    for (const python of ["python3", "/usr/bin/python3"]) {
      const run = spawnSync(python, [join(import.meta.dirname, "python.py")], {
        input: JSON.stringify({ rows: requests, seconds }),
        encoding: "utf8",
        env: { ...process.env, ...environment, OMP_NUM_THREADS: "1", MKL_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" },
        maxBuffer: 1 << 26,
      });
      if (run.status !== 0) answer = { missing: run.stderr?.trim().split("\n").at(-1) ?? String(run.error) };
      else answer = JSON.parse(run.stdout) as Answer;
      if (answer.rows) break;
    }
    return answer;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
