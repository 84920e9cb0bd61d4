/**
 * A progress bar on standard error; nothing is shown where that is no terminal. It leaves the terminal's settings as they are, so
 * that nothing has to be put right when a signal ends the program in the middle of work.
 */
import { type Options, SingleBar } from "cli-progress";
import { plain } from "./text.ts";

const look = {
  barCompleteChar: "█",
  barIncompleteChar: "░",
  barsize: 30,
  clearOnComplete: true,
  // Lines are cut to the terminal's width without changing its settings.
  linewrap: true,
  stream: process.stderr,
};

const openBar = (options: Options) => new SingleBar({ ...look, ...options });

export interface Progress {
  /** Counts one step; `doing` says what comes next. */
  step(doing?: string): void;
  stop(): void;
}

export function startProgress(total: number, doing = ""): Progress {
  const bar = openBar({ format: "{bar} {percentage} %  {eta_formatted} left  {doing}" });
  bar.start(total, 0, { doing: plain(doing) });
  return { step: (next = "") => bar.increment(1, { doing: plain(next) }), stop: () => bar.stop() };
}

export interface RateProgress {
  /** Counts some more. */
  add(count: number): void;
  stop(): void;
}

export interface RateOptions {
  /** What is counted, behind the total: " images". */
  readonly unit?: string;
  /** Writes a count. */
  readonly show?: (count: number) => string;
  /** Where the bar begins. */
  readonly from?: number;
}

/** A bar with count, rate and remaining time. Signals are the caller's business. */
export function startRate(total: number, { unit = "", show = String, from = 0 }: RateOptions): RateProgress {
  const bar = openBar({ format: "{bar} {count}  {rate}/s  {eta_formatted} left", etaBuffer: 64 });
  const start = performance.now();
  let done = 0;
  const count = () => `${show(from + done)} of ${show(total)}${unit}`;
  const rate = () => {
    const perSecond = (done / (performance.now() - start)) * 1000;
    return show(perSecond < 10 ? Number(perSecond.toPrecision(2)) : Math.round(perSecond));
  };
  bar.start(total, from, { count: count(), rate: "…" });
  return {
    add: (more) => {
      done += more;
      bar.update(from + done, { count: count(), rate: rate() });
    },
    stop: () => bar.stop(),
  };
}
