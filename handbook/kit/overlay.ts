/** What lies over a figure: handles to drag and cells to paint, by pointer and by keyboard. They persist while the figure is redrawn. */
import type { Figure, Handle, Language, Paint, State } from "./widget.ts";

const namespace = "http://www.w3.org/2000/svg";

/** A plot's scale along one axis, from data to pixels and back. */
interface Axis {
  apply(value: number): number;
  invert(pixel: number): number;
}
export interface Scales {
  readonly x: Axis;
  readonly y: Axis;
}

/** The scales of a drawn plot; a figure without handles needs none. */
export function scalesOf(svg: SVGSVGElement): Scales | null {
  const plot = svg as unknown as { scale?(name: string): unknown };
  const [x, y] = [plot.scale?.("x"), plot.scale?.("y")] as [Axis | undefined, Axis | undefined];
  return x?.invert && y?.invert ? { x, y } : null;
}

export interface Overlay {
  /** Puts handles and cells where the figure, drawn anew, wants them. */
  place(svg: SVGSVGElement, state: State, result: unknown): void;
}

/** Lays an overlay over `holder`; `change` is told every new state. */
export function overlay(
  holder: HTMLElement,
  figure: Figure<State, unknown>,
  language: Language,
  change: (next: State) => void,
): Overlay {
  const layer = document.createElementNS(namespace, "svg");
  layer.setAttribute("class", "overlay");
  holder.append(layer);
  const marks = new Map<string, SVGCircleElement>();
  let handles: readonly Handle<State>[] = [];
  let paint: Paint<State> | undefined;
  let scales: Scales | null = null;

  /** Where a pointer is, in the plot's coordinates. */
  const at = (event: PointerEvent) => {
    const box = layer.getBoundingClientRect();
    const view = layer.viewBox.baseVal;
    const pixelX = ((event.clientX - box.left) / box.width) * view.width;
    const pixelY = ((event.clientY - box.top) / box.height) * view.height;
    return { x: (scales as Scales).x.invert(pixelX), y: (scales as Scales).y.invert(pixelY) };
  };
  const move = (handle: Handle<State>, x: number, y: number) =>
    change(handle.move(handle.axis === "y" ? handle.x : x, handle.axis === "x" ? handle.y : y));

  function makeMark(id: string): SVGCircleElement {
    const mark = document.createElementNS(namespace, "circle");
    mark.setAttribute("r", "9");
    mark.setAttribute("tabindex", "0");
    mark.setAttribute("role", "slider");
    const current = () => handles.find((handle) => handle.id === id) as Handle<State>;
    mark.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      event.stopPropagation();
      mark.focus();
      mark.setPointerCapture(event.pointerId);
    });
    // Browsers may pass over touch-action inside an SVG, and scroll the page instead.
    mark.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false });
    mark.addEventListener("pointermove", (event) => {
      if (!mark.hasPointerCapture(event.pointerId)) return;
      const { x, y } = at(event);
      move(current(), x, y);
    });
    mark.addEventListener("keydown", (event) => {
      const [dx, dy] = arrows[event.key] ?? [0, 0];
      if (dx === 0 && dy === 0) return;
      event.preventDefault();
      const handle = current();
      const step = handle.step * (event.shiftKey ? 10 : 1);
      // A handle of one axis obeys all four arrows, as a slider does.
      const along = (dx + dy) * step;
      if (handle.axis === "both") move(handle, handle.x + dx * step, handle.y + dy * step);
      else move(handle, handle.x + along, handle.y + along);
    });
    layer.append(mark);
    return mark;
  }

  if (figure.paint) {
    const to = (x: number, y: number) => [(scales as Scales).x.apply(x), (scales as Scales).y.apply(y)] as const;
    paintBy(layer, () => (scales ? paint : undefined), { at, to }, change);
  }

  return {
    place(svg, state, result) {
      scales = scalesOf(svg);
      layer.setAttribute("viewBox", svg.getAttribute("viewBox") as string);
      handles = scales ? (figure.handles?.(state, result) ?? []) : [];
      paint = figure.paint?.(state, result);
      if (paint) layer.setAttribute("aria-label", paint.label[language]);
      for (const [id, mark] of marks)
        if (!handles.some((handle) => handle.id === id)) {
          mark.remove();
          marks.delete(id);
        }
      for (const { id, label, x, y, axis, role } of handles) {
        const mark = marks.get(id) ?? makeMark(id);
        marks.set(id, mark);
        mark.setAttribute("class", `handle ${axis} ${role ?? ""}`);
        mark.setAttribute("cx", String((scales as Scales).x.apply(x)));
        mark.setAttribute("cy", String((scales as Scales).y.apply(y)));
        mark.setAttribute("aria-label", label[language]);
        mark.setAttribute("aria-valuenow", (axis === "y" ? y : x).toFixed(3));
        mark.setAttribute(
          "aria-valuetext",
          axis === "both" ? `${x.toFixed(2)}, ${y.toFixed(2)}` : (axis === "y" ? y : x).toFixed(3),
        );
      }
    },
  };
}

const arrows: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

/** Strokes over a grid: by pointer where it goes, by keyboard a cursor that walks and paints. */
function paintBy(
  layer: SVGSVGElement,
  grid: () => Paint<State> | undefined,
  {
    at,
    to,
  }: { at(event: PointerEvent): { x: number; y: number }; to(x: number, y: number): readonly [number, number] },
  change: (next: State) => void,
): void {
  const ring = document.createElementNS(namespace, "circle");
  ring.setAttribute("class", "cursor");
  ring.setAttribute("r", "7");
  layer.append(ring);
  layer.classList.add("paint");
  layer.setAttribute("tabindex", "0");
  layer.setAttribute("role", "application");
  let cursor = { column: 0, row: 0 };
  const touch = (x: number, y: number, first: boolean) => {
    const paint = grid();
    if (paint) change(paint.touch(x, y, first));
  };
  layer.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    layer.focus();
    layer.setPointerCapture(event.pointerId);
    const { x, y } = at(event);
    touch(x, y, true);
  });
  layer.addEventListener("pointermove", (event) => {
    if (!layer.hasPointerCapture(event.pointerId)) return;
    const { x, y } = at(event);
    touch(x, y, false);
  });
  layer.addEventListener("keydown", (event) => {
    const paint = grid();
    if (!paint || event.target !== layer) return;
    const [dx, dy] = arrows[event.key] ?? [0, 0];
    if (dx === 0 && dy === 0 && event.key !== " ") return;
    event.preventDefault();
    const within = (value: number, length: number) => Math.min(Math.max(value, 0), length - 1);
    cursor = { column: within(cursor.column + dx, paint.columns), row: within(cursor.row - dy, paint.rows) };
    const { x, y } = paint.centre(cursor.column, cursor.row);
    const [pixelX, pixelY] = to(x, y);
    ring.setAttribute("cx", String(pixelX));
    ring.setAttribute("cy", String(pixelY));
    if (event.key !== " ") return;
    touch(x, y, true);
  });
}
