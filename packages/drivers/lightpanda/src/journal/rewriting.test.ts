import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { systemClock } from '@wakey/host';
import { temporaryDirectory } from '@wakey/testkit';
import { describe, expect, it, vi } from 'vitest';
import { commit, filesOf, origin, putBack, withJournal } from '../../test/journals.ts';
import { followJournal } from './following.js';
import { linesIn } from './lines.js';
import { lightpandaProfile, parts } from './profile-format.js';

const SMALL = 20_000;

describe('a journal that a browser writes', () => {
  it('is rewritten when most of it is garbage, and has each line that comes meanwhile', async () => {
    const profile = temporaryDirectory();
    await withJournal(
      profile,
      async (journal) => {
        const [first = ''] = await filesOf(profile);
        const written: number[] = [];
        for (let number = 0; number < 3_000; number += 1) {
          const ops = [
            ['local', 'last', String(number)],
            ['local', `key ${number % 10}`, `${number} ${'x'.repeat(100)}`],
          ];
          journal.writer.append(JSON.stringify({ origin, ops }), () => written.push(number));
          if (number % 100 === 0) await journal.writer.flush();
        }
        await journal.writer.flush();
        expect(written).toEqual(Array.from({ length: 3_000 }, (_, number) => number));
        // All lines together have more than 400,000 bytes.
        await vi.waitFor(async () => {
          const [only = 0, ...others] = await sizes(profile);
          expect(others).toEqual([]);
          expect(only).toBeLessThan(100_000);
        });
        expect((await filesOf(profile)).filter((name) => name.endsWith('.log'))).not.toContain(first);
        commit(journal, [['local', 'later', '1']]);
      },
      { small: SMALL },
    );
    expect(await filesOf(profile)).toHaveLength(1);
    expect(await followJournal(parts).stateOf(profile)).toMatchObject({ commits: 3_001 });
    expect(await withJournal(profile, putBack)).toMatchObject({
      [origin]: { local: { last: '2999', 'key 9': expect.stringMatching(/^2999 /), later: '1' } },
    });
  });

  it('can be followed and copied at any moment of that', async () => {
    const profile = temporaryDirectory();
    const { stateOf, changes } = followJournal(parts);
    await withJournal(
      profile,
      async (journal) => {
        const reasons = new Set<string>();
        let state = await stateOf(profile);
        for (let round = 0; round < 25; round += 1) {
          for (let number = 0; number < 50; number += 1)
            commit(journal, [['local', 'last', `${round} ${'x'.repeat(200)}`]]);
          for await (const step of changes(profile, state, { clock: systemClock })) {
            if (step.type === 'commit') state = step.state;
            if (step.type === 'began-again') reasons.add(step.why);
          }
          if (reasons.size > 0) state = await stateOf(profile);
          const copy = temporaryDirectory();
          await lightpandaProfile.copyLive(profile, copy, { clock: systemClock });
          expect(await withJournal(copy, putBack)).toMatchObject({
            [origin]: { local: { last: expect.stringMatching(new RegExp(`^${round} `)) } },
          });
        }
        expect([...reasons]).toEqual(['the journal was rewritten']);
      },
      { small: SMALL },
    );
  });

  it('has each commit that was acknowledged, and one file, after a kill at any moment of that', async () => {
    const profile = temporaryDirectory();
    const names = new Set<string>();
    let first = 0;
    for (let kill = 0; kill < 8; kill += 1) {
      const last = await killedAfter(profile, first, 60 + 67 * kill);
      await lightpandaProfile.repair(profile);
      const content = await withJournal(profile, putBack, { small: 1_000_000 });
      const [name = '', ...others] = await filesOf(profile);
      expect(others).toEqual([]);
      names.add(name);
      const { rows } = (content as Stored)[origin].databases.d.stores.s;
      const found = rows['"last"'];
      // The commit after the last one may be on the disk, and not acknowledged yet.
      expect([last, last + 1]).toContain(found);
      for (let number = Math.max(0, found - 49); number <= found; number += 1) {
        expect(rows[String(number % 50)]).toMatch(new RegExp(`^${number} `));
      }
      first = found + 1;
    }
    expect(names.size).toBeGreaterThan(4);
  });
});

interface Stored {
  readonly [origin]: {
    readonly databases: {
      readonly d: { readonly stores: { readonly s: { readonly rows: { '"last"': number; [key: string]: unknown } } } };
    };
  };
}

/** Kills a process that writes the journal once it has acknowledged so many commits. Returns the last of them. */
async function killedAfter(profile: string, first: number, count: number): Promise<number> {
  const child = fork(join(import.meta.dirname, '../../test/rewriting-child.ts'), [profile, String(first)], {
    execArgv: ['--import', 'tsx', '--conditions', 'wakey:source'],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const gone = once(child, 'exit');
  let last = first - 1;
  try {
    for await (const line of createInterface(child.stdout ?? process.stdin)) {
      last = Number(line);
      if (last === first + count) child.kill('SIGKILL');
    }
  } finally {
    child.kill('SIGKILL');
    await gone;
  }
  return last;
}

/** In letters, of each file of the journal. */
async function sizes(profile: string): Promise<readonly number[]> {
  const found: number[] = [];
  for (const name of await filesOf(profile)) {
    const path = join(profile, 'journal', name);
    for await (const line of linesIn(path)) void line;
    found.push((await readFile(path)).length);
  }
  return found;
}
