/** The report's looks: light and dark, phone and paper. */
import { variables } from "./colours.ts";

export const style = `
:root { color-scheme: light dark; --ink: #1d2229; --paper: #ffffff; --ground: #f4f5f7; --muted: #69727f; --faint: #c9ced6; --rule: #e1e4e9; --shade: #0000003d; ${variables("light")} }
@media screen and (prefers-color-scheme: dark) {
  :root { --ink: #e8eaee; --paper: #191d24; --ground: #101318; --muted: #98a1af; --faint: #454d5a; --rule: #2c333e; --shade: #000000b3; ${variables("dark")} }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.55 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
main { max-width: 1180px; margin: 0 auto; padding: 40px 20px 64px; }
h1 { font-size: clamp(1.7rem, 5vw, 2.5rem); line-height: 1.15; letter-spacing: -0.02em; margin: 0 0 6px; overflow-wrap: anywhere; }
h2 { font-size: 1.35rem; letter-spacing: -0.01em; margin: 48px 0 4px; }
h3 { font-size: 1rem; margin: 0; overflow-wrap: anywhere; }
p { margin: 0 0 10px; max-width: 96ch; }
.lead, .hint, .kind { color: var(--muted); }
.hint { font-size: 0.9rem; margin-bottom: 16px; }
.verdict { background: var(--paper); border: 1px solid var(--rule); border-left: 5px solid var(--kind-0); border-radius: 10px; padding: 18px 22px; margin-top: 22px; }
.verdict p:first-child { font-size: 1.1rem; }
.verdict p:last-child { font-size: 0.85rem; color: var(--muted); margin: 0; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 20px; margin: 0 0 16px; padding: 0; list-style: none; font-size: 0.9rem; }
.legend li::before, .kind::before { content: ""; display: inline-block; width: 0.7em; height: 0.7em; border-radius: 50%; background: var(--colour); margin-right: 0.45em; }
.panels { display: grid; gap: 18px; grid-template-columns: repeat(var(--columns), minmax(0, 1fr)); }
.cards { display: grid; gap: 18px; grid-template-columns: repeat(auto-fill, minmax(min(100%, 520px), 1fr)); }
.card { background: var(--paper); border: 1px solid var(--rule); border-radius: 10px; padding: 16px 18px; min-width: 0; break-inside: avoid; }
.card .note { font-size: 0.88rem; margin: 4px 0 8px; }
.kind { font-size: 0.82rem; margin: 2px 0 0; }
.cards .card { display: flex; flex-direction: column; }
.pair { margin-top: auto; display: grid; gap: 8px; grid-template-columns: repeat(auto-fit, minmax(min(100%, 230px), 1fr)); }
.panels .card { display: flex; flex-direction: column; }
.panels svg { margin-top: auto; }
figure { margin: 0; }
figcaption { font-size: 0.8rem; color: var(--muted); margin-bottom: 2px; }
.direction { font-weight: 400; color: var(--muted); font-size: 0.85rem; }
svg { width: 100%; height: auto; overflow: visible; }
svg text { font-family: system-ui, "Segoe UI", Roboto, Arial, sans-serif; }
/* Shadows at the edges show that a table goes on: covers that scroll with it hide them where it ends. */
.scroll { overflow-x: auto; border: 1px solid var(--rule); border-radius: 10px; background: linear-gradient(to right, var(--paper) 40%, transparent) left / 48px 100% local no-repeat, linear-gradient(to left, var(--paper) 40%, transparent) right / 48px 100% local no-repeat, linear-gradient(to right, var(--shade), transparent) left / 16px 100% scroll no-repeat, linear-gradient(to left, var(--shade), transparent) right / 16px 100% scroll no-repeat var(--paper); }
table { border-collapse: collapse; width: 100%; font-size: 0.9rem; font-variant-numeric: tabular-nums; }
th, td { padding: 8px 14px; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--rule); }
th:first-child, td:first-child { text-align: left; }
tr:last-child td { border-bottom: 0; }
td small { color: var(--muted); }
td.best { font-weight: 700; }
td.worse { color: var(--muted); }
tr.baseline td { font-style: italic; color: var(--muted); }
ul.notes { margin: 8px 0 0; padding-left: 1.2em; overflow-wrap: anywhere; }
ul.notes li { margin-bottom: 4px; }
footer { color: var(--muted); font-size: 0.85rem; margin-top: 40px; }
@media (max-width: 860px) { .panels { grid-template-columns: 1fr; } }
@media (max-width: 480px) { main { padding: 24px 12px 40px; } .card { padding: 12px; } th, td { padding: 7px 9px; } }
@media print { body { background: none; font-size: 10pt; } main { max-width: none; padding: 0; } .panels, .cards { grid-template-columns: 1fr 1fr; } .scroll { overflow: visible; } h2 { break-after: avoid; } }
`;
