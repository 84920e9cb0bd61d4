/** Okabe and Ito's colours, one a kind of loss, as CSS variables that follow light and dark. */

interface Colour {
  readonly light: string;
  readonly dark: string;
}

/** Dark paper takes sky blue for blue. */
const colours: readonly Colour[] = [
  { light: "#0072b2", dark: "#56b4e9" },
  { light: "#d55e00", dark: "#e69f00" },
  { light: "#009e73", dark: "#009e73" },
  { light: "#cc79a7", dark: "#cc79a7" },
];

export const colourOf = (kinds: readonly string[], kind: string): string =>
  `var(--kind-${kinds.indexOf(kind) % colours.length})`;

export const variables = (scheme: keyof Colour): string =>
  colours.map((colour, i) => `--kind-${i}: ${colour[scheme]};`).join(" ");
