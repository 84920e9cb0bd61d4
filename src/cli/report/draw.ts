import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { Html } from "./html.ts";

const { document } = parseHTML("<html><body></body></html>");

/** A plot as static SVG. Plot escapes texts through the document; the markup it makes is safe. */
export function draw(label: string, options: Plot.PlotOptions): Html {
  const svg = Plot.plot({ ...options, document: document as unknown as Document, ariaLabel: label, className: "plot" });
  return new Html(svg.outerHTML);
}
