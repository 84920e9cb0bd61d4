/**
 * A widget's state in the page's address: only what differs from the initial state, readable and editable.
 * Where a page has several widgets, each writes its name before its members: `?sums.power=12&stable.score=3`.
 */
import type { State } from "./widget.ts";

const prefix = (owner: string) => (owner ? `${owner}.` : "");

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

export function stateFrom(search: string, initial: State, owner = ""): State {
  const state: State = { ...initial };
  const query = new URLSearchParams(search);
  for (const name of Object.keys(initial)) {
    const raw = query.get(prefix(owner) + name);
    if (raw === null) continue;
    const value = parsed(raw, initial[name] as State[string]);
    if (value !== undefined) state[name] = value;
  }
  return state;
}

/** The address with this state in it; what others wrote there stays. */
export function searchOf(state: State, initial: State, owner = "", search = ""): string {
  const query = new URLSearchParams(search);
  for (const [name, value] of Object.entries(state)) {
    const key = prefix(owner) + name;
    if (text(value) === text(initial[name] as State[string])) query.delete(key);
    else query.set(key, text(value));
  }
  const written = query.toString().replaceAll("%2C", ",");
  return written ? `?${written}` : "";
}
