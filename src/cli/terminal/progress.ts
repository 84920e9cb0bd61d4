/** A progress bar on standard error; nothing is shown where that is no terminal. */
import { type Options, SingleBar } from "cli-progress";
import { SIGNALS } from "./signals.ts";
import { plain } from "./text.ts";

const look = {
  barCompleteChar: "█",
  barIncompleteChar: "░",
  barsize: 30,
  clearOnComplete: true,
  hideCursor: true,
  stream: process.stderr,
};

/** A bar that hides the cursor until it is closed, or the program ends. */
function openBar(options: Options): { bar: SingleBar; close: () => void } {
  const bar = new SingleBar({ ...look, ...options });
  const stop = () => bar.stop();
  process.once("exit", stop);
  const close = () => {
    process.removeListener("exit", stop);
    stop();
  };
  return { bar, close };
}

export interface Progress {
  /** Counts one step; `doing` says what comes next. */
  step(doing?: string): void;
  stop(): void;
}

export function startProgress(total: number, doing = ""): Progress {
  const { bar, close } = openBar({ format: "{bar} {percentage} %  {doing}" });
  bar.start(total, 0, { doing: plain(doing) });
  // Ctrl-C ends the program as ever, but with the cursor back.
  const interrupted = (signal: NodeJS.Signals) => {
    close();
    process.kill(process.pid, signal);
  };
  for (const signal of SIGNALS) process.once(signal, interrupted);
  return {
    step: (next = "") => bar.increment(1, { doing: plain(next) }),
    stop: () => {
      for (const signal of SIGNALS) process.removeListener(signal, interrupted);
      close();
    },
  };
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
  const { bar, close } = openBar({ format: "{bar} {count}  {rate}/s  {eta_formatted} left", etaBuffer: 64 });
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
    stop: close,
  };
}
