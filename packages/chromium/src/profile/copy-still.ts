import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { bytesOf, isFileError, openRegular, writePrivately } from '@wakey/host';
import type { Patience } from './patience.js';

/** The source and the target directory of a copy. */
export interface CopyPlaces {
  readonly from: string;
  readonly into: string;
}

/**
 * Copies the state that a group of files had at one moment. Reads all of the files twice. If both readings are equal,
 * no file changed between the end of the first reading and the beginning of the second, so the copy is the state of
 * that time. A browser killed at that time would have left the same state of a database and its journal, from which
 * SQLite recovers the database. A path without a file is left out of the copy.
 */
export async function copyStill(
  { from, into }: CopyPlaces,
  paths: readonly string[],
  patience: Patience,
): Promise<void> {
  for (;;) {
    const copied: (string | undefined)[] = [];
    for (const path of paths) copied.push(await copyDigesting(path));
    const found: (string | undefined)[] = [];
    for (const path of paths) found.push(await digestOf(path));
    if (copied.every((digest, index) => digest === found[index])) return;
    await patience.wait(`"${paths[0]}" kept changing`);
  }

  async function copyDigesting(path: string): Promise<string | undefined> {
    const hash = createHash('sha256');
    const bytes = await read(path);
    if (bytes === undefined) {
      await rm(join(into, path), { force: true });
      return undefined;
    }
    await writePrivately(
      into,
      path,
      (async function* () {
        for await (const chunk of bytes) {
          hash.update(chunk);
          yield chunk;
        }
      })(),
    );
    return hash.digest('hex');
  }

  async function digestOf(path: string): Promise<string | undefined> {
    const bytes = await read(path);
    if (bytes === undefined) return undefined;
    const hash = createHash('sha256');
    for await (const chunk of bytes) hash.update(chunk);
    return hash.digest('hex');
  }

  async function read(path: string): Promise<AsyncIterable<Uint8Array> | undefined> {
    try {
      return checked(bytesOf(await openRegular(join(from, path))), patience);
    } catch (error) {
      if (isFileError(error, 'ENOENT', 'ENOTDIR')) return undefined;
      throw error;
    }
  }
}

/** Passes the bytes on. Throws when the time limit is over or the signal aborts. */
export async function* checked(bytes: AsyncIterable<Uint8Array>, patience: Patience): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    patience.check();
    yield chunk;
  }
}
