/**
 * The page's address as a place to write to. Safari refuses more than a hundred writes in thirty seconds; where there are
 * nearly as many, as while a widget runs, the last one is written when the widgets rest.
 */

/** Of two neighbouring spans, so that no thirty seconds hold a hundred. */
const AT_MOST = 45;
const SPAN = 30_000;
const AT_REST = 150;

let since = Number.NEGATIVE_INFINITY;
let written = 0;
/** By widget: what its query will be. */
const waiting = new Map<string, () => string>();
let timer: ReturnType<typeof setTimeout> | undefined;

/** Puts another query into the address; `search` is asked for it when it is written. */
export function write(owner: string, search: () => string): void {
  waiting.set(owner, search);
  clearTimeout(timer);
  const now = performance.now();
  if (now - since > SPAN) [since, written] = [now, 0];
  if (written++ < AT_MOST) flush();
  else timer = setTimeout(flush, AT_REST);
}

function flush(): void {
  for (const search of waiting.values())
    history.replaceState(history.state, "", location.pathname + search() + location.hash);
  waiting.clear();
}

/** Gives up what a widget has not written yet. */
export const forget = (owner: string): boolean => waiting.delete(owner);
