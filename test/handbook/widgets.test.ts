/** Every widget shows what the package computes: its code, run, prints the numbers on its screen, also after a reader has touched it. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { parseHTML } from "linkedom";
import ts from "typescript";
import { beforeAll, describe, expect, it } from "vitest";
import { searchOf, stateFrom } from "../../handbook/kit/url.ts";
import { pictured } from "../../handbook/kit/view.ts";
import { type Control, type Language, type Readout, type State, show, type Widget } from "../../handbook/kit/widget.ts";
import * as lossary from "../../src/index.ts";
import { root } from "../package/unpack.ts";

const folder = join(root, "handbook", "widgets");
const names = readdirSync(folder).flatMap((file) => (file.endsWith(".ts") ? [file.slice(0, -3)] : []));

/** Runs copied code with its imports bound to the package; what it prints. */
function printed(code: string): string[] {
  const lines: string[] = [];
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS },
  });
  const run = new Function("require", "console", "exports", outputText);
  const load = (name: string) => {
    if (name !== "lossary") throw new Error(`copied code imports ${name}`);
    return lossary;
  };
  run(load, { log: (...values: unknown[]) => lines.push(values.join(" ")) }, {});
  return lines;
}

/** States a reader gets to: the first, each control at both ends, each handle moved, each button pressed, ten steps on. */
function* states(widget: Widget): Generator<readonly [string, State]> {
  const first = widget.initial;
  yield ["at first", first];
  for (const [name, control] of Object.entries(widget.controls) as [string, Control][]) {
    const values =
      control.kind === "slider"
        ? [control.min, control.max]
        : control.kind === "choice"
          ? control.choices.map(({ value }) => value)
          : control.kind === "text" || control.kind === "formula"
            ? ["", 'a"b\\🙂']
            : [true, false];
    for (const value of values) yield [`${name} = ${value}`, { ...first, [name]: value }];
  }
  const result = widget.compute(first);
  for (const { name } of widget.fields?.(first, result) ?? [])
    for (const value of [-3, 0, 2.5]) yield [`${name} typed as ${value}`, widget.enter?.(first, name, value) ?? first];
  for (const figure of widget.figures) {
    for (const handle of figure.handles?.(first, result) ?? [])
      for (const way of [-1, 1, -1e6, 1e6])
        yield [`${handle.id} moved by ${way}`, handle.move(handle.x + way * handle.step, handle.y + way * handle.step)];
    const paint = figure.paint?.(first, result);
    if (paint) {
      const { x, y } = paint.centre(paint.columns >> 1, paint.rows >> 1);
      yield ["painted", paint.touch(x, y, true)];
    }
  }
  for (const [i, { press }] of (widget.buttons ?? []).entries()) yield [`button ${i} pressed`, press(first)];
  if (widget.advance) {
    let state = first;
    for (let i = 0; i < 10; i++) state = widget.advance.next(state, widget.compute(state));
    yield ["ten steps on", state];
  }
}

const same = (text: string, value: number) => {
  const number = Number(text);
  return (
    Object.is(number, value) ||
    show(number) === show(value) ||
    Math.abs(number - value) <= 2e-3 * Math.abs(value) + 1e-5
  );
};

it("two widgets of a page share its address, each under its name", () => {
  const [left, right] = [{ steps: 100 }, { steps: 200, ratio: 20 }];
  const first = searchOf({ steps: 5 }, left, "left", "?seen=1");
  const both = searchOf({ steps: 200, ratio: 40 }, right, "right", first);
  expect(both).toBe("?seen=1&left.steps=5&right.ratio=40");
  expect(stateFrom(both, left, "left")).toEqual({ steps: 5 });
  expect(stateFrom(both, right, "right")).toEqual({ steps: 200, ratio: 40 });
  expect(searchOf(left, left, "left", both)).toBe("?seen=1&right.ratio=40");
});

describe.each(names)("%s", async (name) => {
  const { default: widget } = (await import(join(folder, `${name}.ts`))) as { default: Widget };

  /** What is shown in each state. */
  const shown = (state: State) => {
    const result = widget.compute(state);
    return { result, readouts: widget.readouts(state, result) };
  };
  let reached: ({ what: string; state: State } & ReturnType<typeof shown>)[];
  beforeAll(() => {
    reached = [...states(widget)].map(([what, state]) => ({ what, state, ...shown(state) }));
  });

  it("prints by its code what it shows", () => {
    for (const { what, state, result, readouts } of reached) {
      const wanted = readouts.filter(({ aside }) => !aside);
      const code = widget.code(state, result);
      // Of what was typed wrongly nothing is shown.
      expect(wanted.length > 0, what).toBe(code !== "");
      const got = printed(code);
      const good =
        got.length === wanted.length &&
        wanted.every(({ value }, i) => (typeof value === "number" ? same(got[i] as string, value) : got[i] === value));
      if (!good)
        expect({ what, printed: got, code }).toEqual({ what, printed: wanted.map(({ value }) => value), code });
    }
  });

  it("draws in both languages, at any width", () => {
    const { document } = parseHTML("<!doctype html><html><body></body></html>");
    for (const language of ["en", "zh"] as Language[])
      for (const width of [160, 640]) {
        const element = pictured(document as unknown as Document, widget, language, width);
        expect(element.querySelectorAll("figure > svg").length).toBe(widget.figures.length);
        expect(element.outerHTML).not.toMatch(/NaN|undefined|Infinity/);
      }
  });

  it("has something to touch, and another picture when touched", () => {
    const values = reached.map(({ readouts }) => JSON.stringify(readouts.map(({ value }) => value)));
    expect(new Set(values).size).toBeGreaterThan(1);
  });

  it("comes back from its address", () => {
    const values = (readouts: readonly Readout[]) =>
      readouts.map(({ value }) => (typeof value === "number" ? show(value) : value));
    for (const { what, state, readouts } of reached) {
      const again = values(shown(stateFrom(searchOf(state, widget.initial), widget.initial)).readouts);
      const first = values(readouts);
      if (JSON.stringify(again) !== JSON.stringify(first))
        expect(Number.parseFloat(String(again[0])), what).toBeCloseTo(Number.parseFloat(String(first[0])), 2);
    }
  });
});
