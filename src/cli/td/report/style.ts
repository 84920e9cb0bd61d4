/** What the report adds to the looks of all reports. */

const RAMP = 8;

/** Colours from the first kind's to the second's, around the wheel. */
export const rampColour = (i: number): string => `var(--ramp-${i % RAMP})`;

const ramp = Array.from({ length: RAMP }, (_, i) => {
  const share = Math.round((100 * i) / (RAMP - 1));
  return `--ramp-${i}: color-mix(in oklch, var(--kind-1) ${share}%, var(--kind-0));`;
}).join(" ");

export const tdStyle = `
:root { ${ramp} }
.figures { display: grid; gap: 18px; grid-template-columns: repeat(auto-fit, minmax(min(100%, 460px), 1fr)); margin: 16px 0; }
.findings td, .findings th { white-space: normal; text-align: left; vertical-align: top; }
.findings td:last-child { white-space: nowrap; }
@media (max-width: 640px) {
  .findings thead { display: none; }
  .findings td { display: block; border: 0; padding: 2px 12px; }
  .findings td:first-child { padding-top: 10px; }
  .findings td:nth-child(2)::before { content: "measured: "; color: var(--muted); }
  .findings td:last-child { padding-bottom: 10px; border-bottom: 1px solid var(--rule); }
  .figures svg text { font-size: 1.5em; }
}
.differs { color: var(--kind-1); font-weight: 700; }
.scroll + .scroll, .figures + .scroll { margin-top: 18px; }
@media print { .figures { grid-template-columns: 1fr 1fr; } }
`;
