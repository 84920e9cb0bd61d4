/** A widget's state in the page's address: only what differs from the initial state, readable and editable. */
import type { State } from "./widget.ts";

const text = (value: State[string]): string =>
  Array.isArray(value) ? value.map((x) => Number(x.toPrecision(5))).join(",") : String(value);

/** The value a text stands for, of the initial value's type; undefined where it stands for none. */
function parsed(raw: string, like: State[string]): State[string] | undefined {
  if (typeof like === "string") return raw;
  if (typeof like === "boolean") return raw === "true" ? true : raw === "false" ? false : undefined;
  if (typeof like === "number") return raw !== "" && Number.isFinite(Number(raw)) ? Number(raw) : undefined;
  const list = raw === "" ? [] : raw.split(",").map(Number);
  return list.every(Number.isFinite) ? list : undefined;
}

export function stateFrom(search: string, initial: State): State {
  const state: State = { ...initial };
  for (const [name, raw] of new URLSearchParams(search)) {
    if (!(name in initial)) continue;
    const value = parsed(raw, initial[name] as State[string]);
    if (value !== undefined) state[name] = value;
  }
  return state;
}

export function searchOf(state: State, initial: State): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(state))
    if (text(value) !== text(initial[name] as State[string])) query.set(name, text(value));
  const search = query.toString().replaceAll("%2C", ",");
  return search ? `?${search}` : "";
}
