/** A widget's DOM: the same at build time, as the page's static picture, and in the page, so that nothing jumps when it wakes. */
import * as Plot from "@observablehq/plot";
import {
  type Choice,
  type Control,
  type Field,
  type Figure,
  type Language,
  type Readout,
  type Says,
  type State,
  show,
  type Widget,
} from "./widget.ts";
import { words } from "./words.ts";

/** The parts that come alive. */
export interface Parts {
  readonly root: HTMLElement;
  readonly figures: readonly HTMLElement[];
  /** The element of each control; of a choice shown as a row, the row of its inputs. */
  readonly inputs: ReadonlyMap<string, HTMLElement>;
  readonly outputs: ReadonlyMap<string, HTMLElement>;
  readonly buttons: ReadonlyMap<string, HTMLButtonElement>;
  readonly fields: HTMLElement;
  readonly says: HTMLElement;
  readonly readouts: HTMLElement;
  readonly code: HTMLElement;
}

/** Makes elements of one document. */
function elementMaker(document: Document) {
  return <K extends keyof HTMLElementTagNameMap>(
    tag: K,
    attributes: Readonly<Record<string, string>> = {},
    ...children: readonly (Node | string)[]
  ): HTMLElementTagNameMap[K] => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };
}
type Make = ReturnType<typeof elementMaker>;

/** Draws one figure. */
export function drawFigure(
  document: Document,
  figure: Figure<State, unknown>,
  { state, result, language, width }: { state: State; result: unknown; language: Language; width: number },
): SVGSVGElement {
  const height = Math.round(width * figure.ratio);
  const size = { width, height, document, style: { background: "none", overflow: "visible", fontSize: "12px" } };
  // Plot gives an HTML figure only where there is a legend or a title, which the page shows itself.
  const plot = (options: Plot.PlotOptions) => Plot.plot({ ...size, ...options } as Plot.PlotOptions) as SVGSVGElement;
  const svg = figure.draw({ state, result, language, width, height, plot });
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", figure.label(state, result)[language]);
  for (const style of svg.querySelectorAll("style")) style.remove();
  // The picture has one name; names of its marks would be read as things of their own.
  for (const mark of svg.querySelectorAll("[aria-label]")) mark.removeAttribute("aria-label");
  return svg;
}

function rowOf(make: Make, name: string, { choices }: Choice, value: unknown, language: Language): HTMLElement {
  const radios = choices.map((choice) => {
    const checked: Record<string, string> = choice.value === value ? { checked: "" } : {};
    return make(
      "label",
      {},
      make("input", { type: "radio", name, value: choice.value, ...checked }),
      choice.label[language],
    );
  });
  return make("span", { class: "row" }, ...radios);
}

/** What a widget says stands once below its controls. */
const SAYS = "widget-says";
const described = { "aria-describedby": SAYS };

/** Numbers to type, each below its name. */
export const fieldRows = (document: Document, fields: readonly Field[], language: Language): HTMLElement[] => {
  const make = elementMaker(document);
  return fields.map(({ name, label, value }) =>
    make(
      "label",
      { class: "field" },
      make("span", {}, label[language]),
      make("input", { type: "number", step: "any", "data-field": name, value: String(value) }),
    ),
  );
};

/** What a widget says, with the text that it says it of where that is at fault. */
export function saying(document: Document, { text, from, to }: Says, of: string, language: Language): Node[] {
  const make = elementMaker(document);
  const words = make("span", {}, text[language]);
  if (from === undefined || to === undefined) return [words];
  // The end, which has no characters, is marked by a space.
  const wrong = make("mark", {}, of.slice(from, to) || " ");
  return [words, make("code", { "aria-hidden": "true" }, of.slice(0, from), wrong, of.slice(to))];
}

function controlOf(make: Make, name: string, control: Control, value: unknown, language: Language): HTMLElement {
  if (control.kind === "choice" && control.row) return rowOf(make, name, control, value, language);
  if (control.kind === "choice") {
    const options = control.choices.map((choice) =>
      make(
        "option",
        { value: choice.value, ...(choice.value === value ? { selected: "" } : {}) },
        choice.label[language],
      ),
    );
    return make("select", { name }, ...options);
  }
  if (control.kind === "toggle")
    return make("input", { name, type: "checkbox", ...(value === true ? { checked: "" } : {}) });
  if (control.kind === "text")
    return make("input", { name, type: "text", maxlength: String(control.maxLength), value: String(value) });
  if (control.kind === "formula") {
    const plain = { spellcheck: "false", autocapitalize: "off", autocomplete: "off", autocorrect: "off" };
    const length = String(control.maxLength);
    return make("input", { name, type: "text", maxlength: length, value: String(value), ...plain, ...described });
  }
  const { min, max, step } = control;
  const range = { min: String(min), max: String(max), step: String(step), value: String(value) };
  return make("input", { name, type: "range", ...range });
}

export const readoutRows = (document: Document, readouts: readonly Readout[], language: Language): HTMLElement[] => {
  const make = elementMaker(document);
  return readouts.map(({ label, value, role, aside }) =>
    make(
      "div",
      { class: `readout${role ? ` ${role}` : ""}` },
      make("dt", {}, label[language]),
      make(
        "dd",
        typeof value === "number" && !aside ? { "data-value": String(value) } : {},
        typeof value === "number" ? show(value) : value,
      ),
    ),
  );
};

/** Builds the widget in a state, with room for figures that are not drawn yet. */
export function build(document: Document, widget: Widget, state: State, result: unknown, language: Language): Parts {
  const make = elementMaker(document);
  const say = words[language];
  const figures = widget.figures.map((figure) => make("figure", { style: `aspect-ratio: ${1 / figure.ratio}` }));

  const inputs = new Map<string, HTMLElement>();
  const outputs = new Map<string, HTMLElement>();
  const controls = Object.entries(widget.controls).map(([name, control]) => {
    const input = controlOf(make, name, control as Control, state[name], language);
    const slid = control?.kind === "slider" ? [make("output", {}, show(state[name] as number))] : [];
    inputs.set(name, input);
    for (const output of slid) outputs.set(name, output);
    // A row has labels of its own inside.
    const row = control?.kind === "choice" && control.row;
    return make(
      row ? "fieldset" : "label",
      { class: `control ${control?.kind}` },
      make(row ? "legend" : "span", {}, control?.label[language] as string),
      input,
      ...slid,
    );
  });

  const buttons = new Map<string, HTMLButtonElement>();
  const button = (id: string, text: string) => {
    const element = make("button", { type: "button", "data-id": id }, text);
    buttons.set(id, element);
    return element;
  };
  const actions = make("div", { class: "actions" });
  if (widget.advance) actions.append(button("step", widget.advance.label[language]), button("run", say.run));
  widget.buttons?.forEach(({ label }, i) => void actions.append(button(`press-${i}`, label[language])));
  actions.append(button("reset", say.reset), button("copy", say.copy));

  const readouts = make(
    "dl",
    { class: "readouts" },
    ...readoutRows(document, widget.readouts(state, result), language),
  );
  const fields = make("div", { class: "fields" });
  fields.append(...fieldRows(document, widget.fields?.(state, result) ?? [], language));
  const says = make("p", { class: "says", role: "status", id: SAYS });
  const said = widget.says?.(state, result);
  if (said) says.append(...saying(document, said, String(state[said.control ?? ""]), language));
  const code = make("code", {}, widget.code(state, result));
  const details = make("details", {}, make("summary", {}, say.showCode), make("pre", { tabindex: "0" }, code));
  const root = make(
    "div",
    { class: "widget", role: "group", "aria-label": widget.title[language] },
    make("div", { class: `figures columns-${figures.length}` }, ...figures),
    make("div", { class: "controls" }, ...controls),
    ...(widget.fields ? [fields] : []),
    ...(widget.says ? [says] : []),
    readouts,
    actions,
    details,
  );
  return { root, figures, inputs, outputs, buttons, fields, says, readouts, code };
}

/** The widget as it is at first, with its figures drawn. */
export function pictured(document: Document, widget: Widget, language: Language, width = 640): HTMLElement {
  const state = widget.initial;
  const result = widget.compute(state);
  const { root, figures } = build(document, widget, state, result, language);
  figures.forEach((holder, i) => {
    const figure = widget.figures[i] as Widget["figures"][number];
    const size = Math.floor(width / figures.length);
    holder.append(drawFigure(document, figure, { state, result, language, width: size }));
  });
  return root;
}
