import type { CancelSignal, ProfileFollowing, ProfileStep } from '@wakey/core';
import { fileTrouble, openSightings, readingAborted, watchKept } from '@wakey/host';
import { firefoxParts } from '../parts.ts';
import { whileStopped } from '../running.ts';
import { areUnchanged, type Compared, compare, type Difference, draft, filesOf } from './compare.ts';

/**
 * Finds what changed in a profile of Firefox: `ProfileFollowing`. All changes are read while Firefox is stopped for a moment, so they
 * are one group: what a Firefox would leave that is killed at that moment. Without a change in the sizes and times of the files,
 * Firefox is not stopped.
 */
export function openFollowing(): ProfileFollowing {
  const seen = openSightings();
  return {
    counts: 'backup',
    async stateOf(profileDir, { signal } = {}) {
      try {
        const found = await compare({ profileDir, known: {}, seen, check: checkOf(signal) }, () => undefined);
        return { version: 1, ...found };
      } catch (error) {
        throw fileTrouble('session-unreadable', 'read the profile in', profileDir, error);
      }
    },
    async *changes(profileDir, from, { signal, onStopped, timeout = 30_000 }) {
      try {
        const at: Compared = { profileDir, known: from.files, seen, check: checkOf(signal) };
        const files = await filesOf(profileDir);
        if (areUnchanged(files, at)) return;
        const drafts = await draft(files, at);
        const options = { ...(signal && { signal }), ...(onStopped && { onStopped }), limit: timeout };
        const found = await whileStopped(profileDir, options, (over) =>
          collect({ ...at, drafts, check: () => over.throwIfAborted() }),
        );
        if (found === undefined) return yield { type: 'began-again', why: `more than ${MOST} bytes changed at once` };
        if (found.steps.length === 0) return;
        for (const step of found.steps) {
          at.check();
          yield step;
        }
        const { files: after, commits } = found;
        yield { type: 'commit', state: { version: 1, commits: from.commits + commits, files: after } };
      } catch (error) {
        throw fileTrouble('session-unreadable', 'read the changes of the profile in', profileDir, error);
      }
    },
    watch(profileDir, onChange, { clock }) {
      return watchKept(profileDir, onChange, {
        clock,
        parts: firefoxParts,
        directories: ['.', 'storage', 'storage/default'],
        isFile: (name) => /\.sqlite(-wal|-journal)?$/.test(name),
      });
    },
  };
}

/** A difference with the steps that lead over it. */
interface Collected extends Difference {
  readonly steps: readonly ProfileStep[];
}

/** Collects the steps to the profile of this moment; `undefined` if they have more bytes than fit into memory. */
async function collect(at: Compared): Promise<Collected | undefined> {
  const steps: ProfileStep[] = [];
  let size = 0;
  try {
    const found = await compare(at, (step) => {
      size += step.type === 'write' ? step.bytes.length : 0;
      if (size > MOST) throw tooMuch;
      steps.push(step);
    });
    return { ...found, steps };
  } catch (error) {
    if (error === tooMuch) return undefined;
    throw error;
  }
}

function checkOf(signal: CancelSignal | undefined): () => void {
  return () => {
    if (signal?.aborted === true) throw readingAborted(signal);
  };
}

/** Changes are held in memory while Firefox is stopped: a slow store would stop it for long. In bytes. */
const MOST = 64 * 1024 * 1024;
const tooMuch = new Error('more changed than fits into memory');
