/** A progress bar on standard error; nothing is shown where that is no terminal. */
import { SingleBar } from "cli-progress";
import { plain } from "./text.ts";

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

export interface Progress {
  /** Counts one step; `doing` says what comes next. */
  step(doing?: string): void;
  stop(): void;
}

export function startProgress(total: number, doing = ""): Progress {
  const bar = new SingleBar({
    format: "{bar} {percentage} %  {doing}",
    barCompleteChar: "█",
    barIncompleteChar: "░",
    barsize: 30,
    clearOnComplete: true,
    hideCursor: true,
    stream: process.stderr,
  });
  bar.start(total, 0, { doing: plain(doing) });
  // Ctrl-C ends the program as ever, but with the cursor back.
  const interrupted = (signal: NodeJS.Signals) => {
    bar.stop();
    process.kill(process.pid, signal);
  };
  for (const signal of SIGNALS) process.once(signal, interrupted);
  return {
    step: (next = "") => bar.increment(1, { doing: plain(next) }),
    stop: () => {
      for (const signal of SIGNALS) process.removeListener(signal, interrupted);
      bar.stop();
    },
  };
}
