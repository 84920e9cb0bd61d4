/**
 * What a widget is: data and pure functions. The kit around it (view.ts, live.ts) makes its picture at build time and brings it to
 * life in the page: sliders, dragging, keyboard, reset, "copy as code", its state in the URL.
 *
 * A widget's file calls `defineWidget({ … })` once and exports it as default:
 *
 *   initial     its state: a flat record of numbers, strings, booleans and lists of numbers
 *   controls    the state's members that a reader sets by a slider, a choice, a toggle, a text or a formula
 *   fields      numbers to type, which ones depends on the state; enter is told of each that was typed
 *   buttons     what a reader does at a press: a function from state to state
 *   compute     the numbers on screen, by calls of the package itself
 *   figures     pictures drawn with Observable Plot from state and numbers, with handles to drag and grids to paint
 *   readouts    the numbers in words
 *   says        the result in a sentence, or what is wrong with a text that was typed; read out when it changes
 *   code        TypeScript that prints the readouts' values in their order, one a line (a test runs it); "" where there is none
 *   advance     the next state, for widgets that step or run
 */
import type * as Plot from "@observablehq/plot";

/** The languages of the handbook. */
export type Language = "en" | "zh";
export type Text = Readonly<Record<Language, string>>;

/** Four things mean the same on every page, by colour and by form: a gradient is an arrow or a dashed line as well. */
export type Role = "prediction" | "target" | "loss" | "gradient";
export const colour = {
  prediction: "var(--prediction)",
  target: "var(--target)",
  loss: "var(--loss)",
  gradient: "var(--gradient)",
  quiet: "var(--quiet)",
} as const;

export type State = Record<string, number | string | boolean | readonly number[]>;

export interface Slider {
  readonly kind: "slider";
  readonly label: Text;
  readonly min: number;
  readonly max: number;
  readonly step: number;
}
export interface Choice {
  readonly kind: "choice";
  readonly label: Text;
  /** Shown as a row of names instead of a list that opens. */
  readonly row?: boolean;
  readonly choices: readonly { readonly value: string; readonly label: Text }[];
}
export interface Toggle {
  readonly kind: "toggle";
  readonly label: Text;
}
/** A short text to type. */
export interface TextField {
  readonly kind: "text";
  readonly label: Text;
  readonly maxLength: number;
}
/** A line of code to type: as wide as the widget, and read once the reader pauses. */
export interface FormulaField {
  readonly kind: "formula";
  readonly label: Text;
  readonly maxLength: number;
}
export type Control = Slider | Choice | Toggle | TextField | FormulaField;

/** A number to type. */
export interface Field {
  readonly name: string;
  readonly label: Text;
  readonly value: number;
}

/** What a widget says of its state. */
export interface Says {
  readonly text: Text;
  readonly fault?: boolean;
  /** The control whose text is at fault, and with which of its characters. */
  readonly control?: string;
  readonly from?: number;
  readonly to?: number;
}

/** Something to drag in a figure, by pointer or arrow keys, in the plot's own coordinates. */
export interface Handle<S> {
  /** Stays the same while its thing is the same. */
  readonly id: string;
  readonly label: Text;
  readonly x: number;
  readonly y: number;
  readonly axis: "x" | "y" | "both";
  /** How far an arrow key moves it, in the plot's units; Shift moves ten times as far. */
  readonly step: number;
  readonly role?: Role;
  /** The state when it has been moved there; keeps to its own bounds. */
  move(x: number, y: number): S;
}

/** A grid of cells to paint on, in the plot's own coordinates. Arrow keys walk over it, Space paints. */
export interface Paint<S> {
  readonly label: Text;
  readonly columns: number;
  readonly rows: number;
  /** The centre of a cell; row 0 is the one that reads first. */
  centre(column: number, row: number): { readonly x: number; readonly y: number };
  /** The state when a stroke touches a point; `first` is that of a new stroke, which decides between setting and clearing. */
  touch(x: number, y: number, first: boolean): S;
}

export interface View<S, R> {
  readonly state: S;
  readonly result: R;
  readonly language: Language;
  /** Pixels to draw into. The height is width × ratio. */
  readonly width: number;
  readonly height: number;
  /** Observable Plot's `plot` with size, document and style set. */
  plot(options: Plot.PlotOptions): SVGSVGElement;
}

export interface Figure<S, R> {
  /** Height over width. */
  readonly ratio: number;
  /** What is to be seen, in a sentence, for those who do not see it. */
  label(state: S, result: R): Text;
  draw(view: View<S, R>): SVGSVGElement;
  handles?(state: S, result: R): readonly Handle<S>[];
  paint?(state: S, result: R): Paint<S>;
}

export interface Readout {
  readonly label: Text;
  /** A number is shown by `show`; text as it is. */
  readonly value: number | string;
  readonly role?: Role;
  /** Not printed by the code, because it is no number of the package. */
  readonly aside?: boolean;
}

export interface Widget<S extends State = State, R = unknown> {
  readonly title: Text;
  readonly initial: S;
  readonly controls: { readonly [K in keyof S]?: Control };
  readonly buttons?: readonly { readonly label: Text; press(state: S): S }[];
  /** Undefined: those that there were. */
  fields?(state: S, result: R): readonly Field[] | undefined;
  enter?(state: S, name: string, value: number): S;
  says?(state: S, result: R): Says;
  compute(state: S): R;
  readonly figures: readonly Figure<S, R>[];
  readouts(state: S, result: R): readonly Readout[];
  code(state: S, result: R): string;
  readonly advance?: { readonly label: Text; readonly milliseconds: number; next(state: S, result: R): S };
}

/** Lets the compiler infer the state's and the result's type, then forgets them: the kit treats all widgets alike. */
export const defineWidget = <S extends State, R>(widget: Widget<S, R>): Widget => widget as unknown as Widget;

/** A number as the page shows it: four significant digits. Code prints it by `show`'s own text: see `printed`. */
export function show(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "∞" : "−∞";
  if (Math.abs(value) < 1e-12) return "0";
  const text = Math.abs(value) >= 1e5 || Math.abs(value) < 1e-3 ? value.toExponential(2) : value.toPrecision(4);
  return String(Number(text)).replace("-", "−");
}

/** A number in copied code: short, exact enough to give the same four digits. */
export const literal = (value: number): string => String(Number(value.toPrecision(6)));

/** A list of numbers in copied code. */
export const literals = (values: Iterable<number>): string => `[${[...values].map(literal).join(", ")}]`;
