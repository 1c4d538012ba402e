import { type CancelSignal, type Json, type ProfileFollowing, type ProfileState, WakeyError } from '@wakey/core';
import { fileTrouble, openSightings, quoted, readingAborted, watchKept } from '@wakey/host';
import { levelDbFile } from '../leveldb.js';
import { profileParts } from '../parts.js';
import { type Patience, patienceOf } from '../patience.js';
import { entriesOf, groupsOf, unitsOf } from '../units.js';
import { compareLevelDb } from './compare-leveldb.js';
import { compareStill } from './compare-still.js';
import type { Compared, Followed, Group } from './group.js';
import { databaseOf, parseSummary } from './leveldb-known.js';

/** Finds what changed in a profile of Chromium: `ProfileFollowing`. */
export function openFollowing(): ProfileFollowing {
  const seen = openSightings();
  return {
    async stateOf(profileDir, { signal } = {}) {
      try {
        let state: ProfileState = { version: 1, commits: 0, files: {} };
        const patience = () => noPatience(profileDir, signal);
        for await (const found of comparisons({ profileDir, seen, now: undefined, signal, patience }, state.files)) {
          if (found.is !== 'group') continue;
          await found.close();
          state = stateAfter(state, found);
        }
        return state;
      } catch (error) {
        throw fileTrouble('session-unreadable', 'read the profile in', profileDir, error);
      }
    },
    async *changes(profileDir, from, { clock, signal, timeout = 30_000 }) {
      try {
        let state = from;
        const patience = () => patienceOf({ clock, timeout, signal });
        for await (const found of comparisons({ profileDir, seen, now: clock.now(), signal, patience }, from.files)) {
          if (found.is === 'unchanged') continue;
          if (found.is === 'began-again') {
            const { why, isBehind } = found;
            return yield { type: 'began-again', why, ...(isBehind && { isBehind }) };
          }
          try {
            yield* found.steps();
          } finally {
            await found.close();
          }
          state = stateAfter(state, found);
          yield { type: 'commit', state };
        }
      } catch (error) {
        throw fileTrouble('session-unreadable', 'read the changes of the profile in', profileDir, error);
      }
    },
    watch(profileDir, onChange, { clock }) {
      return watchKept(profileDir, onChange, {
        clock,
        parts: profileParts,
        directories: ['Default', 'Default/IndexedDB'],
        // A log names each long value, and its directory is watched.
        isTold: (directory) => /\.indexeddb\.blob(\/|$)/.test(directory),
        isFile: (name) => levelDbFile(name) !== undefined,
      });
    },
  };
}

interface Context extends Omit<Followed, 'known' | 'patience'> {
  /** Starts a time limit for one comparison: the time in which the caller keeps the steps does not count. */
  readonly patience: () => Patience;
}

/** Compares the databases and the other files of a profile, one after the other, with those that a state has. */
async function* comparisons(context: Context, files: ProfileState['files']): AsyncGenerator<Compared> {
  const { databases, others } = await unitsNow(context);
  const known = new Map<string, Map<string, Json>>();
  for (const [path, entry] of Object.entries(files)) {
    const unit = databaseOf(path) ?? '';
    known.set(unit, (known.get(unit) ?? new Map()).set(path, entry));
  }
  const still = known.get('') ?? new Map<string, Json>();
  known.delete('');
  for (const path of [...new Set([...databases.keys(), ...known.keys()])].sort()) {
    const mine = known.get(path) ?? new Map<string, Json>();
    for (let isPart = true; isPart; ) {
      const at = { ...context, known: mine, patience: context.patience() };
      const found = await compareLevelDb(at, path, databases.get(path) ?? new Set());
      yield found;
      isPart = found.is === 'group' && found.isPart;
      if (found.is === 'group') for (const [file, entry] of found.entries) mine.set(file, entry);
    }
  }
  for (const paths of groupsOf([...new Set([...others, ...still.keys()])].sort())) {
    yield await compareStill({ ...context, known: still, patience: context.patience() }, paths);
  }
}

/** The files of each database, long values too, and the other files, as they are now. */
async function unitsNow({ profileDir, patience }: Context) {
  const entries = await entriesOf(profileDir, patience().check);
  const { databases, others } = unitsOf(entries);
  const found = new Map(databases.map((path) => [path, new Set<string>()]));
  for (const { path, kind } of entries) if (kind === 'file') found.get(databaseOf(path) ?? '')?.add(path);
  return { databases: found, others };
}

function stateAfter({ files }: ProfileState, { entries, removed }: Group): ProfileState {
  const after = new Map(Object.entries(files));
  for (const path of removed) after.delete(path);
  for (const [path, entry] of entries) after.set(path, entry);
  let commits = 0;
  for (const [path, entry] of after) {
    if (path.endsWith('/CURRENT') && path.includes('/IndexedDB/')) commits += parseSummary(entry)?.last ?? 0;
  }
  return { version: 1, commits, files: Object.fromEntries(after) };
}

/** For a profile that nothing changes: what does not fit together is damage, and waiting does not help. */
function noPatience(profileDir: string, signal: CancelSignal | undefined): Patience {
  const check = (): void => {
    if (signal?.aborted === true) throw readingAborted(signal);
  };
  return {
    check,
    async wait(obstacle) {
      check();
      throw new WakeyError('session-unreadable', {
        what: `The profile in ${quoted(profileDir)} is damaged, or a browser changes it: ${obstacle}.`,
        hint: 'Make sure that no browser runs on this profile, then try again. Nothing was changed.',
        details: { path: profileDir },
      });
    },
  };
}
