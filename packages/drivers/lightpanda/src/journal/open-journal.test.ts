import { appendFile, copyFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Cookie } from '@wakey/core';
import { temporaryDirectory } from '@wakey/testkit';
import { beforeEach, describe, expect, it } from 'vitest';
import { commit, filesOf, origin, putBack, withJournal } from '../../test/journals.ts';
import type { Op } from '../bridge/operations.js';
import { lineOf } from './lines.js';
import { lightpandaProfile } from './profile-format.js';

describe('the journal of a profile', () => {
  let profile: string;
  beforeEach(() => {
    profile = temporaryDirectory();
  });
  const at = async () => join(profile, 'journal', (await filesOf(profile))[0] ?? '');
  const key = () => readFile(join(profile, 'seal.key'), 'utf8');
  const write = (...ops: readonly Op[]) => withJournal(profile, (journal) => commit(journal, ops));
  const read = (options?: { readonly small: number }) => withJournal(profile, putBack, options);
  const refused = (code: string) => expect(read()).rejects.toMatchObject({ code });

  it('is empty in a new profile, with a key of its own', async () => {
    expect(await read()).toEqual({ cookies: [] });
    expect(Buffer.from(await key(), 'base64')).toHaveLength(32);
    const other = temporaryDirectory();
    await withJournal(other, putBack);
    expect(await readFile(join(other, 'seal.key'), 'utf8')).not.toBe(await key());
  });

  it('contains what a page stored, and keeps its key', async () => {
    await write(...SCHEMA, ['put', 'd', 's', 1, 'one'], ['local', 'k', 'v']);
    const before = await key();
    expect(await read()).toMatchObject({
      [origin]: { local: { k: 'v' }, databases: { d: { version: 3, stores: { s: { rows: { 1: 'one' } } } } } },
    });
    expect(await key()).toBe(before);
  });

  it('cuts off a line that was written half, so that the next one begins a line', async () => {
    await write(['local', 'a', '1']);
    const line = lineOf(JSON.stringify({ origin, ops: [['local', 'b', '2']] }));
    await appendFile(await at(), line.slice(0, -5));
    expect(await read()).toMatchObject({ [origin]: { local: { a: '1' } } });
    await write(['local', 'c', '3']);
    expect(await read()).toMatchObject({ [origin]: { local: { a: '1', c: '3' } } });
  });

  it('is refused if a line in the middle was changed, and stays as it is', async () => {
    await write(['local', 'a', '1']);
    await write(['local', 'a', '2']);
    const changed = (await readFile(await at(), 'utf8')).replace('"1"', '"9"');
    await writeFile(await at(), changed);
    await refused('session-unreadable');
    expect(await readFile(await at(), 'utf8')).toBe(changed);
  });

  it('is refused without its key, which is not replaced', async () => {
    await write(['local', 'a', '1']);
    await rm(join(profile, 'seal.key'));
    await refused('session-unreadable');
    await expect(key()).rejects.toMatchObject({ code: 'ENOENT' });
    await writeFile(join(profile, 'seal.key'), 'short');
    await refused('session-unreadable');
    expect(await key()).toBe('short');
  });

  it('is refused if a later Wakey wrote it, is not damaged, and stays as it is', async () => {
    await write();
    const later = lineOf('{"wakey":2,"commits":0}') + lineOf('{"more":1}');
    await writeFile(await at(), later);
    const refusal = { code: 'session-unreadable', message: expect.stringContaining('later version of Wakey') };
    await expect(read()).rejects.toMatchObject(refusal);
    await expect(lightpandaProfile.inspect(profile)).rejects.toMatchObject(refusal);
    expect(await readFile(await at(), 'utf8')).toBe(later);
  });

  it('is refused if it is a file without a first line', async () => {
    await write();
    await writeFile(await at(), '');
    await refused('session-unreadable');
  });

  it('is rewritten with exactly what is still stored', async () => {
    const cookies = [{ name: 'c', value: 'v' } as Cookie];
    await withJournal(profile, (journal) => {
      commit(journal, [...SCHEMA, ['store', 'd', 'gone', null, true], ['put', 'd', 'gone', 7, 'gone']]);
      commit(journal, [
        ['put', 'd', 's', 1, 'old'],
        ['put', 'd', 's', 2, 'removed'],
        ['put', 'd', 's', 9, 'highest'],
      ]);
      commit(journal, [
        ['put', 'd', 's', 1, 'new'],
        ['delete', 'd', 's', [2, 9]],
        ['local', 'k', 'old'],
      ]);
      commit(journal, [
        ['rename-store', 'd', 's', 't'],
        ['drop-store', 'd', 'gone'],
        ['local', 'k', 'new'],
      ]);
      commit(journal, [
        ['store', 'd', 's', 'id', false],
        ['put', 'd', 's', 1, { id: 1 }],
      ]);
      commit(journal, [['local', 'other site', 'yes']], 'https://two.test');
      commit(journal, [
        ['version', 'dropped', 1],
        ['drop-database', 'dropped'],
      ]);
      journal.writer.append(JSON.stringify({ cookies: [] }));
      journal.writer.append(JSON.stringify({ cookies }));
    });
    const before = await read();
    const [old = ''] = await filesOf(profile);
    expect(await read({ small: 0 })).toEqual(before);
    const [name = '', ...others] = await filesOf(profile);
    expect(others).toEqual([]);
    expect([old, name]).toEqual([expect.stringMatching('-000001-'), expect.stringMatching('-000002-')]);
    const text = await readFile(await at(), 'utf8');
    for (const gone of ['removed', 'highest', '"old"', 'gone', 'dropped']) expect(text).not.toContain(gone);
    expect(await read()).toEqual(before);
    expect(before).toEqual({
      cookies,
      [origin]: {
        local: { k: 'new' },
        databases: {
          d: {
            version: 3,
            stores: {
              t: { made: [null, true], indexes: { i: ['x', true, false] }, rows: { 1: 'new' }, generator: 9 },
              s: { made: ['id', false], indexes: {}, rows: { 1: { id: 1 } }, generator: 0 },
            },
          },
        },
      },
      'https://two.test': { local: { 'other site': 'yes' }, databases: {} },
    });
  });

  it('uses the rewritten file if a crash left the old one beside it, and removes the old one', async () => {
    await write(['local', 'a', '1'], ['local', 'b', '2'], ['local', 'a', null]);
    const [old = ''] = await filesOf(profile);
    await copyFile(join(profile, 'journal', old), join(profile, 'saved'));
    await read({ small: 0 });
    await write(['local', 'c', '3']);
    await copyFile(join(profile, 'saved'), join(profile, 'journal', old));
    expect(await read()).toMatchObject({ [origin]: { local: { b: '2', c: '3' } } });
    expect(await filesOf(profile)).toEqual([expect.stringMatching('-000002-')]);
  });

  it('ignores a rewritten file that a crash left unfinished', async () => {
    await write(['local', 'a', '1']);
    await writeFile(join(profile, 'journal', '.indexeddb-000002-00000000.log.tmp'), lineOf('{"wakey":1,"commits":1}'));
    expect(await read()).toMatchObject({ [origin]: { local: { a: '1' } } });
  });
});

const SCHEMA: readonly Op[] = [
  ['version', 'd', 3],
  ['store', 'd', 's', null, true],
  ['index', 'd', 's', 'i', 'x', true, false],
];
