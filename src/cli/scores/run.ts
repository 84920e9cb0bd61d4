/** One run of a scoring command: its network, its cache, what an interrupted run left, and what this one leaves. */
import { rm, stat } from "node:fs/promises";
import { constants } from "node:os";
import { dataError } from "../errors.ts";
import { SIGNALS } from "../terminal/signals.ts";
import { FeatureCache } from "./cache.ts";
import type { SetFlags } from "./flags.ts";
import { loadModel, type Model } from "./model.ts";
import { readState, type Section, writeState } from "./state.ts";
import { Warnings } from "./warnings.ts";

/** Thrown between two batches when the user wants to stop. */
class Interrupted extends Error {}

export class Run {
  readonly flags: SetFlags;
  readonly warnings = new Warnings();
  readonly partialFile: string;
  #signal: NodeJS.Signals | null = null;
  #model: Promise<Model> | undefined;
  #cache: Promise<FeatureCache> | undefined;
  #left: Section[] = [];
  /** Sets of images this run is done with, and the one it is at. */
  readonly #sections = new Map<string, Section>();

  constructor(command: string, flags: SetFlags) {
    this.flags = flags;
    const part = flags.shard ? `-${flags.shard.index}-of-${flags.shard.of}` : "";
    this.partialFile = typeof flags.resume === "string" ? flags.resume : `lossary-${command}${part}.partial`;
  }

  model(folder: string): Promise<Model> {
    return (this.#model ??= loadModel(folder, this.flags));
  }

  cache({ origin }: Model): Promise<FeatureCache> | null {
    if (!this.flags.cache) return null;
    return (this.#cache ??= FeatureCache.open(origin));
  }

  /** What an interrupted run left of the same work. */
  leftOf(key: string, path: string): Section | undefined {
    const found = this.#left.find(({ resume }) => resume?.key === key);
    // The set an interrupted run began with is always in what it left.
    if (!found && this.#left.length > 0 && this.#sections.size === 0)
      throw dataError(
        `${this.partialFile}: was left by other work than ${path} now is (other images, network, preprocessing or shard); delete it, or give what that run was given`,
      );
    return found;
  }

  /** Notes how far a set of images is, and stops there where the user wants to. `section` is made only then, or at the end. */
  checkpoint(key: string, finished: boolean, section: () => Section): void {
    if (!this.#signal && !finished) return;
    this.#sections.set(key, section());
    if (this.#signal) throw new Interrupted();
  }

  /** Does the work; Ctrl-C in the middle leaves a file to go on from, and ends the program as ever. */
  async run(work: () => Promise<void>): Promise<void> {
    const listener = (signal: NodeJS.Signals) => {
      // A second time means at once.
      if (this.#signal) process.exit(128 + constants.signals[signal]);
      this.#signal = signal;
    };
    for (const signal of SIGNALS) process.on(signal, listener);
    try {
      if (this.flags.resume && (await stat(this.partialFile).catch(() => null)))
        this.#left = await readState(this.partialFile);
      await work();
      if (this.#left.length > 0) await rm(this.partialFile, { force: true });
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      await this.#leave();
    } finally {
      for (const signal of SIGNALS) process.removeListener(signal, listener);
      await (await this.#cache?.catch(() => undefined))?.close();
      await (await this.#model?.catch(() => undefined))?.network.dispose();
    }
    if (this.#signal) process.kill(process.pid, this.#signal);
  }

  async #leave(): Promise<void> {
    const sections = [...this.#sections.values()];
    await writeState(this.partialFile, sections);
    const done = sections.reduce((sum, { resume }) => sum + (resume?.done ?? 0), 0);
    const again = this.flags.resume ? "" : " with --resume";
    process.stderr.write(
      `lossary: interrupted after ${done} image${done === 1 ? "" : "s"}, kept in ${this.partialFile}; the same command${again} goes on from there\n`,
    );
  }
}
