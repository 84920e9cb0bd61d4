/** A stream of bytes whose length is known before it is read. */
import { dataError } from "../errors.ts";
import { showBytes } from "./limits.ts";

export class ByteReader {
  readonly #path: string;
  readonly #chunks: AsyncIterator<Uint8Array>;
  #chunk: Uint8Array = new Uint8Array(0);
  /** Bytes that are still to come. */
  left: number;

  constructor(path: string, chunks: AsyncIterable<Uint8Array>, size: number) {
    this.#path = path;
    this.#chunks = chunks[Symbol.asyncIterator]();
    this.left = size;
  }

  /** Fills all of `target`; `what` says in errors what was to be read. */
  async fill(target: Uint8Array, what: string): Promise<void> {
    const ends = (came: number) =>
      dataError(`${this.#path}: ends inside ${what} (got ${showBytes(came)} of ${showBytes(target.length)})`);
    if (target.length > this.left) throw ends(this.left);
    for (let at = 0; at < target.length; ) {
      if (this.#chunk.length === 0) {
        const { value, done } = await this.#chunks.next();
        if (done) throw ends(at);
        this.#chunk = value;
      }
      const part = this.#chunk.subarray(0, target.length - at);
      target.set(part, at);
      at += part.length;
      this.left -= part.length;
      this.#chunk = this.#chunk.subarray(part.length);
    }
  }

  async take(count: number, what: string): Promise<Uint8Array> {
    const target = new Uint8Array(count);
    await this.fill(target, what);
    return target;
  }

  /** Reads to the end, so that what checks the stream as a whole has its say. */
  async finish(): Promise<void> {
    while (!(await this.#chunks.next()).done);
  }
}
