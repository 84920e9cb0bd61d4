/** One run of a scoring command: its network, its cache, what an interrupted run left, and what this one leaves. */
import { rm, stat } from "node:fs/promises";
import { constants } from "node:os";
import type { Steps } from "../../steps.ts";
import { dataError, UserError } from "../errors.ts";
import { type RateProgress, startRate } from "../terminal/progress.ts";
import { SIGNALS } from "../terminal/signals.ts";
import { FeatureCache } from "./cache.ts";
import type { SetFlags } from "./flags.ts";
import { loadModel, type Model } from "./model.ts";
import { readState, type Section, writeState } from "./state.ts";
import { Warnings } from "./warnings.ts";

/** Thrown where the run pauses when the user wants to stop. */
class Interrupted extends Error {}

/** Milliseconds between two pauses of work in steps. */
const PAUSE_EVERY = 50;

export class Run {
  readonly flags: SetFlags;
  readonly warnings = new Warnings();
  /** The notes on files that were printed. */
  readonly told = new Set<string>();
  readonly partialFile: string;
  #signal: NodeJS.Signals | null = null;
  #model: Promise<Model> | undefined;
  #cache: Promise<FeatureCache | null> | undefined;
  #resumed = false;
  #begun = false;
  /** Sets of images an interrupted run left or this one is at, as they are when asked for. */
  readonly #sections = new Map<string, () => Section>();

  constructor(command: string, flags: SetFlags) {
    this.flags = flags;
    const part = flags.shard ? `-${flags.shard.index}-of-${flags.shard.of}` : "";
    this.partialFile = typeof flags.resume === "string" ? flags.resume : `lossary-${command}${part}.partial`;
  }

  model(folder: string): Promise<Model> {
    return (this.#model ??= loadModel(folder, this.flags));
  }

  async cache({ origin }: Model): Promise<FeatureCache | null> {
    if (!this.flags.cache) return null;
    return (this.#cache ??= FeatureCache.open(origin, (text) => this.warnings.add(text)));
  }

  /**
   * Begins a set of images: `section` tells how far it is, and is kept where the user stops. Returns what there is of it
   * already: what an interrupted run left, or the same set that this run has been through.
   */
  begin(key: string, path: string, section: () => Section): Section | undefined {
    const known = this.#sections.get(key)?.();
    // The set an interrupted run began with is always in what it left.
    if (!known && this.#resumed && !this.#begun)
      throw dataError(
        `${this.partialFile}: was left by other work than ${path} now is (other images, network, preprocessing or shard); delete it, or give what that run was given`,
      );
    // Until there is something to keep, a signal ends the program as it always does.
    if (!this.#begun) for (const signal of SIGNALS) process.on(signal, this.#listener);
    this.#begun = true;
    this.#sections.set(key, section);
    return known;
  }

  readonly #listener = (signal: NodeJS.Signals) => {
    // A second time means at once.
    if (this.#signal) process.exit(128 + constants.signals[signal]);
    this.#signal = signal;
  };

  /** Lets signals arrive, which they do only while the program waits, and stops where the user wants to. */
  async pause(): Promise<void> {
    await new Promise(setImmediate);
    if (this.#signal) throw new Interrupted();
  }

  /** Does work in steps and pauses between them; where they yield how many of `total` are done, with a bar. */
  async follow<R>(steps: Steps<R, number | void>, total = 0, unit = ""): Promise<R> {
    let progress: RateProgress | undefined;
    let [done, paused] = [0, performance.now()];
    try {
      for (;;) {
        const step = steps.next();
        if (step.done) return step.value;
        if (performance.now() - paused < PAUSE_EVERY) continue;
        if (typeof step.value === "number") {
          progress ??= startRate(total, { unit });
          progress.add(step.value - done);
          done = step.value;
        }
        await this.pause();
        paused = performance.now();
      }
    } finally {
      progress?.stop();
      steps.return(undefined as R);
    }
  }

  /** Does the work; Ctrl-C in the middle leaves a file to go on from, and ends the program as ever. */
  async run(work: () => Promise<void>): Promise<void> {
    try {
      if (this.flags.resume && (await stat(this.partialFile).catch(() => null))) {
        for (const section of await readState(this.partialFile))
          this.#sections.set(section.resume?.key ?? "", () => section);
        this.#resumed = true;
      }
      await work();
      if (this.#resumed) await rm(this.partialFile, { force: true });
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      await this.#leave();
    } finally {
      for (const signal of SIGNALS) process.removeListener(signal, this.#listener);
      await (await this.#cache?.catch(() => undefined))?.close();
      await (await this.#model?.catch(() => undefined))?.network.dispose();
    }
    if (this.#signal) process.kill(process.pid, this.#signal);
  }

  /** Where the work is kept: beside a file that another run left and this one did not go on from. */
  async #freePlace(): Promise<string> {
    const isThere = (path: string) =>
      stat(path).then(
        () => true,
        () => false,
      );
    if (this.flags.resume) return this.partialFile;
    let place = this.partialFile;
    for (let i = 2; await isThere(place); i++) place = this.partialFile.replace(/\.partial$/, `-${i}.partial`);
    return place;
  }

  async #leave(): Promise<void> {
    const sections = [...this.#sections.values()].map((section) => section());
    const done = sections.reduce((sum, { resume }) => sum + (resume?.done ?? 0), 0);
    const say = (text: string) =>
      process.stderr.write(`lossary: interrupted after ${done} image${done === 1 ? "" : "s"}${text}\n`);
    try {
      const kept = await this.#freePlace();
      await writeState(kept, sections);
      const named = kept === this.partialFile ? "--resume" : `--resume ${kept}`;
      say(`, kept in ${kept}; the same command${this.flags.resume ? "" : ` with ${named}`} goes on from there`);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      say(`, which are not kept (${error.message}); --resume <file> names another place`);
    }
  }
}
