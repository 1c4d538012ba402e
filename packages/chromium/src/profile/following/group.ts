import { join } from 'node:path';
import { type CancelSignal, type Json, type ProfileStep, WakeyError } from '@wakey/core';
import { type FileHandle, openRegular, readingAborted, type Sightings } from '@wakey/host';
import type { Patience } from '../patience.js';
import { bytesBetween } from './growth.js';

/** The entries of some files of a state, by their paths. */
export type Entries = ReadonlyMap<string, Json>;

/** Some files of a profile, which are compared with the entries that a state has of them. */
export interface Followed {
  readonly profileDir: string;
  readonly known: Entries;
  readonly seen: Sightings;
  /** In ms since 1970; `undefined` if nothing changes the profile, so that no time passes. */
  readonly now: number | undefined;
  readonly patience: Patience;
  readonly signal: CancelSignal | undefined;
}

/** Changes that lead from one state to the next. */
export interface Group {
  readonly is: 'group';
  /** The new entries of the files that changed. */
  readonly entries: Entries;
  readonly removed: readonly string[];
  /** Whether there is more to compare after this group. */
  readonly isPart: boolean;
  /** The steps without the commit. The files stay open until `close`, also if the browser deletes them meanwhile. */
  steps(): AsyncIterable<ProfileStep>;
  close(): Promise<void>;
}

/** The result of a comparison. */
export type Compared = Group | { readonly is: 'unchanged' } | BeganAgain;

/** The files cannot continue the known ones. */
export interface BeganAgain {
  readonly is: 'began-again';
  readonly why: string;
  /** Present if the files are an earlier state of the known ones. */
  readonly isBehind?: true;
}

/** A reason to compare again, because the browser was changing the files. */
export interface Moved {
  readonly is: 'moved';
  readonly why: string;
  /** Only for damage: the files that were read. A later reading of the same ones meets damage that lasts: see `seenIn`. */
  readonly damagedIn?: string;
}

/** Bytes of a file to tell. */
export interface Piece {
  readonly path: string;
  /** How the file begins: a new file, an existing one that ends at `from`, or as it is. */
  readonly begin: 'create' | 'truncate' | 'keep';
  readonly from: number;
  readonly to: number;
  readonly source: FileHandle | Uint8Array;
}

export async function* stepsOf(
  pieces: readonly Piece[],
  removed: readonly string[],
  { profileDir, signal }: Followed,
): AsyncGenerator<ProfileStep> {
  for (const { path, begin, from, to, source } of pieces) {
    if (begin === 'create') yield { type: 'create', path };
    if (begin === 'truncate') yield { type: 'truncate', path, size: from };
    let at = from;
    for await (const bytes of source instanceof Uint8Array ? [source] : bytesBetween(source, from, to)) {
      if (signal?.aborted === true) throw readingAborted(signal);
      yield { type: 'write', path, at, bytes };
      at += bytes.length;
    }
    if (at < to) throw becameShorter(join(profileDir, path));
  }
  for (const path of removed) yield { type: 'remove', path };
}

/** Files that are open for a group. */
export interface HeldFiles {
  open(path: string): Promise<FileHandle>;
  close(): Promise<void>;
}

export function heldFiles(): HeldFiles {
  const handles: FileHandle[] = [];
  return {
    async open(path) {
      const handle = await openRegular(path);
      handles.push(handle);
      return handle;
    },
    async close() {
      for (const handle of handles.splice(0)) await handle.close();
    },
  };
}

function becameShorter(path: string): WakeyError {
  return new WakeyError('session-unreadable', {
    what: `"${path}" became shorter while it was read.`,
    hint: 'Login kept; the next backup is whole. Make sure that no other program writes to the profile.',
    details: { path },
  });
}
