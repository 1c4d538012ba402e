import { appendFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ProfileFollowing, ProfileFormat, ProfileState, ProfileStep } from '@wakey/core';
import { listKept } from '@wakey/host';

/** A format whose profiles have one file, to which the page appends one line with each commit. */
export interface FollowedFormat {
  readonly format: ProfileFormat;
  /** Why the changes of a profile cannot be read; `undefined` if they can. */
  trouble: Error | undefined;
  /** The page commits a line, and the watcher of the profile hears of it. */
  commit(profileDir: string, line: string): Promise<void>;
  /** The browser replaces the database by a new one that has only this line. */
  replaceDatabase(profileDir: string, line: string): Promise<void>;
  /** The lines of a profile. */
  lines(profileDir: string): Promise<readonly string[]>;
}

/**
 * Creates the format. With `counts: 'backup'` no file has a count: a state counts from 0 and the changes go on from there. `stop`:
 * how long it stops the browser at each comparison, in ms.
 */
export function followedFormat({ counts = 'profile', stop }: FollowedOptions = {}): FollowedFormat {
  const watchers = new Set<() => void>();
  const parts = [{ places: ['Default'], is: 'kept', why: 'the only file' }] as const;
  const stateOf = async (profileDir: string): Promise<ProfileState> => {
    const text = await textIn(profileDir);
    return { version: 1, commits: counts === 'backup' ? 0 : commitsIn(text), files: { [PATH]: text } };
  };
  const format: ProfileFormat = {
    name: 'lines',
    parts,
    inspect: async (profileDir) => ((await textIn(profileDir)) === '' ? { is: 'empty' } : { is: 'intact' }),
    list: (profileDir, options) => listKept(parts, profileDir, options),
    copyLive: async (profileDir, into) => write(into, await textIn(profileDir)),
    repair: async () => [],
    reduce: async () => undefined,
    lock: { read: async () => undefined, remove: async () => undefined, argument: (profileDir) => profileDir },
    following: {
      counts,
      stateOf,
      async *changes(profileDir, from, { onStopped }): AsyncGenerator<ProfileStep> {
        if (followed.trouble !== undefined) throw followed.trouble;
        if (stop !== undefined) onStopped?.(stop);
        const known = String(from.files[PATH] ?? '');
        const text = await textIn(profileDir);
        if (!text.startsWith(known)) {
          const isBehind = known.startsWith(text);
          return yield { type: 'began-again', why: PATH, ...(isBehind && { isBehind }) };
        }
        if (text === known) return;
        yield { type: 'write', path: PATH, at: known.length, bytes: Buffer.from(text.slice(known.length)) };
        const commits = from.commits + commitsIn(text) - commitsIn(known);
        yield { type: 'commit', state: { version: 1, commits, files: { [PATH]: text } } };
      },
      watch(_, onChange) {
        watchers.add(onChange);
        return () => watchers.delete(onChange);
      },
    },
  };
  const followed: FollowedFormat = {
    format,
    trouble: undefined,
    async commit(profileDir, line) {
      await mkdir(dirname(join(profileDir, PATH)), { recursive: true });
      await appendFile(join(profileDir, PATH), `${line}\n`);
      for (const onChange of watchers) onChange();
    },
    async replaceDatabase(profileDir, line) {
      await rm(join(profileDir, PATH));
      await write(profileDir, `${line}\n`);
      for (const onChange of watchers) onChange();
    },
    lines: async (profileDir) => (await textIn(profileDir)).split('\n').slice(0, -1),
  };
  return followed;
}

const PATH = 'Default/lines';

interface FollowedOptions extends Pick<ProfileFollowing, 'counts'> {
  readonly stop?: number;
}

function commitsIn(text: string): number {
  return text.split('\n').length - 1;
}

async function textIn(profileDir: string): Promise<string> {
  return readFile(join(profileDir, PATH), 'utf8').catch(() => '');
}

async function write(profileDir: string, text: string): Promise<void> {
  await mkdir(dirname(join(profileDir, PATH)), { recursive: true });
  await writeFile(join(profileDir, PATH), text);
}
