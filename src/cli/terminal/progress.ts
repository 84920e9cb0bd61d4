/**
 * Progress on standard error: a bar on a terminal, a line now and then elsewhere. It leaves the terminal's settings as they
 * are, so that nothing has to be put right when a signal ends the program in the middle of work.
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
  /** Counts one step or more; `doing` says what is at work. */
  step(doing?: string, count?: number): void;
  stop(): void;
}

/** Milliseconds between two lines where there is no terminal: short work stays silent. */
const LINE_EVERY = 10_000;

/** "40 s left", "3 min left", from the time the work has taken so far. */
export function remaining(milliseconds: number, done: number, total: number): string {
  // Of the first hundredth little can be told.
  if (done < total / 100) return "";
  return timeLeft((milliseconds / 1000) * (total / done - 1));
}

const timeLeft = (seconds: number): string =>
  seconds < 90 ? `${Math.ceil(seconds)} s left` : `${Math.round(seconds / 60)} min left`;

/**
 * Work that keeps the thread busy must not listen for signals: it would hear them only when it is over. So nobody listens,
 * and Ctrl-C ends the program at once, as the system does it.
 */
export function startProgress(total: number, doing = ""): Progress {
  const bar = openBar({ format: "{bar} {percentage} %  {left}  {doing}" });
  const start = performance.now();
  let told = start;
  let done = 0;
  bar.start(total, 0, { doing: plain(doing), left: "" });
  return {
    step: (now = "", count = 1) => {
      done += count;
      const time = performance.now();
      const left = remaining(time - start, done, total);
      bar.update(done, { doing: plain(now), left });
      if (process.stderr.isTTY || time - told < LINE_EVERY) return;
      told = time;
      const share = `${Math.floor((100 * done) / total)} %`;
      process.stderr.write(`lossary: ${[share, left].filter(Boolean).join(", ")}  ${plain(now)}\n`);
    },
    stop: () => bar.stop(),
  };
}

export interface RateProgress {
  /** Counts some more. */
  add(count: number): void;
  stop(): void;
}

export interface RateOptions {
  /** What is counted, after the total: " images". */
  readonly unit?: string;
  /** Writes a count. */
  readonly show?: (count: number) => string;
  /** Where the bar begins. */
  readonly from?: number;
}

/** A bar with count, rate and remaining time. Signals are the caller's business. */
export function startRate(total: number, { unit = "", show = String, from = 0 }: RateOptions): RateProgress {
  // Before anything is done, the library's estimate is a text, not a number.
  const formatTime = (seconds: unknown) => (typeof seconds === "number" ? timeLeft(seconds) : "");
  const bar = openBar({ format: "{bar} {count}  {rate}/s  {eta_formatted}", etaBuffer: 64, formatTime });
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
