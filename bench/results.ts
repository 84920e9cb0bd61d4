/** The benchmark's outcome, which the handbook reads too, and its table in the README. */
export interface Results {
  readonly torch: string | null;
  readonly node: string;
  readonly rows: { readonly name: string; readonly ms: Readonly<Record<string, number>> }[];
  /** Inside other engines: Lossary there, and what their users write. */
  readonly engines: { readonly name: string; readonly ours: number; readonly theirs: number }[];
}

/** Whom Lossary is compared with, in the order of the tables' columns. */
export const peers = ["PyTorch", "PyTorch, memory kept", "SciPy", "TensorFlow.js wasm", "jax-js wasm", "plain JS"];

const ratio = (peer: number | undefined, own: number) =>
  peer === undefined ? "–" : `${peer / own >= 10 ? (peer / own).toFixed(0) : (peer / own).toFixed(1)}x`;

/** Milliseconds of Lossary (resident, and end to end with copies), and how many times as long each peer takes. */
const table = (rows: readonly (readonly string[])[]): string =>
  [
    rows[0] as readonly string[],
    (rows[0] as readonly string[]).map((_, i) => (i === 0 ? "---" : "---:")),
    ...rows.slice(1),
  ]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");

/** Milliseconds inside an engine, and how many times as long the engine's own way takes. */
const enginesTable = (engines: Results["engines"]): string =>
  table([
    ["inside an engine, value + gradient", "Lossary, ms", "the engine's own way"],
    ...engines.map(({ name, ours, theirs }) => [name, ours.toFixed(2), ratio(theirs, ours)]),
  ]);

export function resultsTable({ torch, node, rows, engines }: Results): string {
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
  return `${table([head, ...body])}\n\n${enginesTable(engines)}\n\nNode ${node.slice(1)}, ${torch ? `PyTorch ${torch}` : "PyTorch not installed"}. Peers: their time over ours; SciPy computes the value alone. “Memory kept”: with an allocator told to keep what was freed (MALLOC_TRIM_THRESHOLD_), since page faults can take most of PyTorch's time on large tensors.`;
}
