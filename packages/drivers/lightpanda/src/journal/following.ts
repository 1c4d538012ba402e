import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import {
  type CancelSignal,
  type Json,
  type ProfileFollowing,
  type ProfilePart,
  type ProfileState,
  type ProfileStep,
  WakeyError,
} from '@wakey/core';
import { fileTrouble, isObject, readingAborted, watchKept } from '@wakey/host';
import { headerOf, isCommit, LaterFormat } from './entry.js';
import { currentName, JOURNAL, SEAL_KEY, wasReplaced } from './files.js';
import { DamagedLine, linesIn } from './lines.js';
import { assertWritten, untilWritten, watchRefusals } from './open-writers.js';
import { writtenByLater } from './written-by-later.js';

/**
 * Finds what was appended to a journal: `ProfileFollowing`. Each group is whole lines. For a rewritten journal the step is
 * `began-again`: the new file repeats the earlier changes in fewer bytes.
 */
export function followJournal(parts: readonly ProfilePart[]): ProfileFollowing {
  return {
    async stateOf(profileDir, { signal } = {}) {
      try {
        for (;;) {
          const found = await placeOf(profileDir);
          if (found === undefined) return { version: 1, commits: 0, files: {} };
          try {
            return await stateIn(found, signal);
          } catch (error) {
            if (!(await wasReplaced(error, profileDir, basename(found.path)))) throw error;
          }
        }
      } catch (error) {
        throw trouble(profileDir, error);
      }
    },
    async *changes(profileDir, from, { signal }) {
      try {
        if (signal?.aborted === true) throw readingAborted(signal);
        const found = await placeOf(profileDir);
        if (found === undefined) {
          if (Object.keys(from.files).length > 0) yield { type: 'began-again', why: 'the journal is gone' };
          return;
        }
        try {
          yield* since(found, from, signal);
        } catch (error) {
          if (!(await wasReplaced(error, profileDir, basename(found.path)))) throw error;
          yield { type: 'began-again', why: REWRITTEN };
          return;
        }
        // What is missing now, the page still waits for.
        assertWritten(profileDir);
      } catch (error) {
        throw trouble(profileDir, error);
      }
    },
    watch(profileDir, onChange, { clock }) {
      const isFile = (name: string) => name.endsWith('.log');
      const unwatch = watchKept(profileDir, onChange, { clock, parts, directories: ['.', JOURNAL], isFile });
      const forget = watchRefusals(profileDir, onChange);
      return () => {
        forget();
        unwatch();
      };
    },
  };
}

const REWRITTEN = 'the journal was rewritten';

async function stateIn(found: Place, signal: CancelSignal | undefined): Promise<ProfileState> {
  const known: Known = { size: 0, commits: 0 };
  let state = stateAt(found, known);
  for await (const line of advance(found.at, known, signal)) state = stateAt(found, line.known);
  return state;
}

/** The files of a profile that count. */
interface Place {
  readonly path: string;
  readonly at: string;
  readonly key: Buffer;
  readonly keySum: string;
}

/** How much of a journal is known. */
interface Known {
  /** In bytes; ends with a whole line. */
  readonly size: number;
  readonly commits: number;
}

async function placeOf(profileDir: string): Promise<Place | undefined> {
  await untilWritten(profileDir);
  const name = await currentName(profileDir);
  if (name === undefined) return undefined;
  const key = await readFile(join(profileDir, SEAL_KEY));
  const keySum = createHash('sha256').update(key).digest('hex');
  return { path: `${JOURNAL}/${name}`, at: join(profileDir, JOURNAL, name), key, keySum };
}

function stateAt({ path, keySum }: Place, { size, commits }: Known): ProfileState {
  return { version: 1, commits, files: { [path]: { size, commits }, [SEAL_KEY]: keySum } };
}

/** The lines that are there now: a page may write on without a pause. */
async function* advance(path: string, from: Known, signal: CancelSignal | undefined) {
  let { size, commits } = from;
  const { size: to } = await stat(path);
  for await (const { text, bytes, end } of linesIn(path, { from: size, to })) {
    if (signal?.aborted === true) throw readingAborted(signal);
    if (size === 0) commits = headerOf(text).commits;
    else if (isCommit(text)) commits += 1;
    size = end;
    yield { bytes, known: { size, commits } };
  }
}

async function* since(found: Place, from: ProfileState, signal: CancelSignal | undefined): AsyncGenerator<ProfileStep> {
  const known = knownIn(from.files[found.path]);
  const isNew = Object.keys(from.files).length === 0;
  if (!isNew && known === undefined) return yield { type: 'began-again', why: REWRITTEN };
  if (!isNew && from.files[SEAL_KEY] !== found.keySum)
    return yield { type: 'began-again', why: `${SEAL_KEY} was replaced` };
  if ((await stat(found.at)).size < (known?.size ?? 0)) {
    return yield { type: 'began-again', why: 'the journal lost its end', isBehind: true };
  }
  if (isNew) {
    yield { type: 'create', path: SEAL_KEY };
    yield { type: 'write', path: SEAL_KEY, at: 0, bytes: found.key };
    yield { type: 'create', path: found.path };
  }
  let written = known?.size ?? 0;
  let open = 0;
  let last: Known | undefined = isNew ? { size: 0, commits: 0 } : undefined;
  for await (const line of advance(found.at, known ?? { size: 0, commits: 0 }, signal)) {
    for (let at = 0; at < line.bytes.length; at += WRITE) {
      if (signal?.aborted === true) throw readingAborted(signal);
      const bytes = line.bytes.subarray(at, at + WRITE);
      yield { type: 'write', path: found.path, at: written, bytes };
      written += bytes.length;
    }
    open += line.bytes.length;
    last = line.known;
    if (open < WRITE) continue;
    yield { type: 'commit', state: stateAt(found, last) };
    open = 0;
    last = undefined;
  }
  if (last !== undefined) yield { type: 'commit', state: stateAt(found, last) };
}

function knownIn(file: Json | undefined): Known | undefined {
  if (!isObject(file)) return undefined;
  const { size, commits } = file;
  return typeof size === 'number' && typeof commits === 'number' ? { size, commits } : undefined;
}

function trouble(profileDir: string, error: unknown): WakeyError {
  if (error instanceof WakeyError) return error;
  if (error instanceof LaterFormat) return writtenByLater(profileDir, error);
  if (!(error instanceof DamagedLine) && error instanceof Error && 'code' in error) {
    return fileTrouble('session-unreadable', 'read the changes of the profile in', profileDir, error);
  }
  return new WakeyError('session-unreadable', {
    what: `The journal in '${profileDir}' is damaged: ${error instanceof Error ? error.message : String(error)}.`,
    hint: 'Login kept; the session goes on.',
    cause: error,
  });
}

/** Bytes of one step, and about those of one group. */
const WRITE = 1024 * 1024;
