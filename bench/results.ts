/** The benchmark's outcome as the table the README carries. */
export interface Results {
  readonly torch: string | null;
  readonly node: string;
  readonly rows: { readonly name: string; readonly ms: Readonly<Record<string, number>> }[];
}

const peers = ["PyTorch", "PyTorch, memory kept", "SciPy", "TensorFlow.js wasm", "jax-js wasm", "plain JS"];

const ratio = (peer: number | undefined, own: number) =>
  peer === undefined ? "–" : `${peer / own >= 10 ? (peer / own).toFixed(0) : (peer / own).toFixed(1)}x`;

/** Milliseconds of Lossary (resident, and end to end with copies), and how many times as long each peer takes. */
export function resultsTable({ torch, node, rows }: Results): string {
  const head = ["value + gradient, f32, one thread", "Lossary, ms", "end to end, ms", ...peers];
  const body = rows.map(({ name, ms }) => {
    const own = ms.Lossary as number;
    return [
      name,
      own.toFixed(2),
      (ms["Lossary end to end"] as number).toFixed(2),
      ...peers.map((peer) => ratio(ms[peer], own)),
    ];
  });
  const lines = [head, head.map((_, i) => (i === 0 ? "---" : "---:")), ...body].map(
    (cells) => `| ${cells.join(" | ")} |`,
  );
  return `${lines.join("\n")}\n\nNode ${node.slice(1)}, ${torch ? `PyTorch ${torch}` : "PyTorch not installed"}. Peers: their time over ours; SciPy computes the value alone. “Memory kept”: with an allocator told to keep what was freed (MALLOC_TRIM_THRESHOLD_), since page faults can take most of PyTorch's time on large tensors.`;
}
