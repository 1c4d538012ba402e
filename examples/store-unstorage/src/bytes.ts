import { createHash } from 'node:crypto';
import { isWakeyError, type StoredBundle } from '@wakey/core';
import { damaged, type RunningCall, readTwice, trouble } from './calls.ts';
import type { Shelf } from './shelf.ts';

/** The label of a generation: one key, written last. A generation without a label does not exist. */
export interface Label {
  readonly count: number;
  readonly sha256: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The number of bytes under one key. */
const PIECE = 2 ** 20;

/** Writes the bytes in pieces, each as soon as it is full, so that memory holds only one piece at a time. */
export async function sendUp(
  shelf: Shelf,
  upload: string,
  bytes: AsyncIterable<Uint8Array>,
  { race, check }: RunningCall,
) {
  const hash = createHash('sha256');
  const source = bytes[Symbol.asyncIterator]();
  let count = 0;
  let waiting = Buffer.alloc(0);
  const send = async (size: number) => {
    const piece = waiting.subarray(0, size);
    waiting = waiting.subarray(size);
    hash.update(piece);
    await shelf.put(piece, 'bytes', upload, count);
    count += 1;
  };
  try {
    for (;;) {
      check();
      const next = await race(source.next());
      if (next.done === true) break;
      waiting = Buffer.concat([waiting, next.value]);
      while (waiting.length >= PIECE) await send(PIECE);
    }
  } catch (error) {
    void source.return?.().catch(() => undefined); // The write has failed already, so an error of the source no longer matters.
    throw error;
  }
  if (waiting.length > 0) await send(waiting.length);
  return { count, sha256: hash.digest('hex') };
}

/** The newest generation whose bytes are all intact. */
export async function newestOn(shelf: Shelf, before = Number.POSITIVE_INFINITY): Promise<StoredBundle | undefined> {
  const labels = (await shelf.labels()).filter(({ generation }) => generation < before);
  for (const { generation, upload } of labels) {
    const text = await shelf.get('label', generation, upload);
    // A writer removed this generation meanwhile, because newer ones exist: look again.
    if (text === undefined) return newestOn(shelf, before);
    try {
      const label: Label = JSON.parse(text.toString());
      for await (const _ of piecesOf(shelf, upload, label)); // Reads every byte: `read` returns only a backup that is good.
      return { generation, metadata: label.metadata, bytes: once(() => piecesOf(shelf, upload, label)) };
    } catch (error) {
      // The place did not answer. Then we must not return an older generation as the newest.
      if (!(error instanceof SyntaxError) && !isWakeyError(error, 'store-unreadable')) throw error;
    }
    if ((await shelf.get('label', generation, upload)) === undefined) return newestOn(shelf, before);
  }
  if (labels.length > 0) throw damaged(shelf.id);
  return undefined;
}

async function* piecesOf(shelf: Shelf, upload: string, { count, sha256 }: Label): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  for (let at = 0; at < count; at += 1) {
    const piece = await shelf.get('bytes', upload, at);
    if (piece === undefined) throw damaged(shelf.id);
    hash.update(piece);
    yield piece;
  }
  if (hash.digest('hex') !== sha256) throw damaged(shelf.id);
}

function once(pieces: () => AsyncGenerator<Uint8Array>): AsyncIterable<Uint8Array> {
  let isTaken = false;
  async function* told() {
    try {
      yield* pieces();
    } catch (error) {
      throw trouble('store-unreadable', error);
    }
  }
  return {
    [Symbol.asyncIterator]() {
      if (isTaken) throw readTwice();
      isTaken = true;
      return told();
    },
  };
}
