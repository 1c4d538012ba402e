import { AGE_LINE } from './age.js';

/** A stream, and whether it is an age file. */
export interface Peeked {
  /** Whether the stream is an age file. */
  readonly isAge: boolean;
  /** The whole stream, from its first byte on. */
  readonly all: AsyncIterable<Uint8Array>;
}

/** Finds out whether a stream is an age file, by its first line. */
export async function beginsWithAge(bytes: AsyncIterable<Uint8Array>): Promise<Peeked> {
  const iterator = bytes[Symbol.asyncIterator]();
  let first = Buffer.alloc(0);
  while (first.length < AGE_LINE.length) {
    const next = await iterator.next();
    if (next.done === true) break;
    first = Buffer.concat([first, next.value]);
  }
  const all = async function* (): AsyncGenerator<Uint8Array> {
    try {
      if (first.length > 0) yield first;
      yield* { [Symbol.asyncIterator]: () => iterator };
    } finally {
      await iterator.return?.();
    }
  };
  return { isAge: first.subarray(0, AGE_LINE.length).equals(AGE_LINE), all: all() };
}
