/** Brings a widget to life in its place: controls, dragging, steps, reset, copy as code, its state in the address. */
import * as address from "./address.ts";
import { overlay } from "./overlay.ts";
import { searchOf, stateFrom } from "./url.ts";
import { build, drawFigure, fieldRows, readoutRows, saying } from "./view.ts";
import { type Control, type Language, type State, show, type Widget } from "./widget.ts";
import { words } from "./words.ts";

/** How long a reader stops typing before a formula is read, and before what it comes to is read out. */
const PAUSE = 200;

/** Replaces the static picture inside `place`; returns what stops it. */
export function live(place: HTMLElement, widget: Widget, language: Language): () => void {
  const shared = document.querySelectorAll("loss-widget").length > 1;
  const owner = shared ? (place.getAttribute("name") ?? "") : "";
  let state = stateFrom(location.search, widget.initial, owner);
  let result = widget.compute(state);
  const parts = build(document, widget, state, result, language);
  const overlays = parts.figures.map((holder, i) => {
    const figure = widget.figures[i] as Widget["figures"][number];
    return figure.handles || figure.paint ? overlay(holder, figure, language, set) : null;
  });

  const measure = () => parts.figures.map(({ clientWidth }) => Math.max(Math.round(clientWidth), 160));
  let widths: readonly number[] = [];
  let frame = 0;
  let timer: ReturnType<typeof setInterval> | undefined;
  let typing: ReturnType<typeof setTimeout> | undefined;
  let speaking: ReturnType<typeof setTimeout> | undefined;

  const keep = () => address.write(owner, () => searchOf(state, widget.initial, owner, location.search));

  function set(next: State): void {
    forgetTyped();
    state = next;
    frame ||= requestAnimationFrame(refresh);
  }

  /** What was typed and not read yet is overtaken by another state. */
  function forgetTyped(): void {
    clearTimeout(typing);
    typing = undefined;
  }

  function refresh(): void {
    frame = 0;
    result = widget.compute(state);
    draw();
    parts.readouts.replaceChildren(...readoutRows(document, widget.readouts(state, result), language));
    parts.code.textContent = widget.code(state, result);
    (parts.buttons.get("copy") as HTMLButtonElement).disabled = parts.code.textContent === "";
    showFields();
    clearTimeout(speaking);
    speaking = setTimeout(say, PAUSE);
    for (const [name, input] of parts.inputs) showControl(name, input);
    keep();
  }

  function draw(): void {
    widths = measure();
    parts.figures.forEach((holder, i) => {
      const figure = widget.figures[i] as Widget["figures"][number];
      const svg = drawFigure(document, figure, { state, result, language, width: widths[i] as number });
      holder.querySelector("svg:not(.overlay)")?.remove();
      // Behind whatever lies over it.
      holder.prepend(svg);
      overlays[i]?.place(svg, state, result);
    });
  }

  /** The fields' elements stay while their names do, so that the one that is typed into keeps its cursor. */
  function showFields(): void {
    const fields = widget.fields?.(state, result);
    if (!fields) return;
    const inputs = [...parts.fields.querySelectorAll("input")];
    if (inputs.map(({ dataset }) => dataset.field).join() !== fields.map(({ name }) => name).join())
      parts.fields.replaceChildren(...fieldRows(document, fields, language));
    else
      for (const [i, { value }] of fields.entries()) {
        const input = inputs[i] as HTMLInputElement;
        if (input !== document.activeElement && input.valueAsNumber !== value) input.value = String(value);
      }
  }

  function say(): void {
    const says = widget.says?.(state, result);
    if (!says) return;
    parts.says.replaceChildren(...saying(document, says, String(state[says.control ?? ""]), language));
    parts.says.classList.toggle("fault", says.fault === true);
    for (const [name, input] of parts.inputs)
      if (says.fault && (says.control ?? name) === name) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
  }

  function showControl(name: string, element: HTMLElement): void {
    const control = widget.controls[name] as Control;
    const input = element as HTMLInputElement;
    if (control.kind === "formula" && typing !== undefined) return;
    if (control.kind === "toggle") input.checked = state[name] === true;
    else if (control.kind === "choice" && control.row)
      for (const radio of element.querySelectorAll("input")) radio.checked = radio.value === state[name];
    else if (input.value !== String(state[name])) input.value = String(state[name]);
    if (control.kind === "slider") (parts.outputs.get(name) as HTMLElement).textContent = show(state[name] as number);
  }

  for (const [name, element] of parts.inputs)
    element.addEventListener("input", ({ target }) => {
      const { kind } = widget.controls[name] as Control;
      const { value, checked } = target as HTMLInputElement;
      forgetTyped();
      if (kind === "formula") typing = setTimeout(() => set({ ...state, [name]: value }), PAUSE);
      else set({ ...state, [name]: kind === "slider" ? Number(value) : kind === "toggle" ? checked : value });
    });
  parts.fields.addEventListener("input", ({ target }) => {
    const { dataset, valueAsNumber } = target as HTMLInputElement;
    if (widget.enter && Number.isFinite(valueAsNumber))
      set(widget.enter(state, dataset.field as string, valueAsNumber));
  });

  const on = (id: string, act: () => void) => parts.buttons.get(id)?.addEventListener("click", act);
  const pause = () => {
    clearInterval(timer);
    timer = undefined;
    const run = parts.buttons.get("run");
    if (run) run.textContent = words[language].run;
  };
  const step = () => widget.advance && set(widget.advance.next(state, result));
  on("step", step);
  on("run", () => {
    if (timer !== undefined) return pause();
    timer = setInterval(step, widget.advance?.milliseconds);
    (parts.buttons.get("run") as HTMLElement).textContent = words[language].pause;
  });
  widget.buttons?.forEach(({ press }, i) => void on(`press-${i}`, () => set(press(state))));
  on("reset", () => {
    pause();
    set({ ...widget.initial });
  });
  on("copy", () => {
    void navigator.clipboard?.writeText(parts.code.textContent ?? "").then(() => {
      const copy = parts.buttons.get("copy") as HTMLElement;
      copy.textContent = words[language].copied;
      setTimeout(() => (copy.textContent = words[language].copy), 1500);
    });
  });

  place.replaceChildren(parts.root);
  draw();
  // It is told of the first size as well.
  const resized = new ResizeObserver(() => measure().some((width, i) => width !== widths[i]) && draw());
  resized.observe(parts.root);
  place.dataset.live = owner;
  return () => {
    pause();
    forgetTyped();
    clearTimeout(speaking);
    address.forget(owner);
    resized.disconnect();
    cancelAnimationFrame(frame);
  };
}
