import { appendFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '@wakey/host';
import { temporaryDirectory } from '@wakey/testkit';
import { beforeEach, describe, expect, it } from 'vitest';
import { commit, filesOf, origin, putBack, withJournal } from '../../test/journals.ts';
import { lightpandaProfile } from './profile-format.js';

describe('the profile of Lightpanda', () => {
  const { inspect, copyLive, repair } = lightpandaProfile;
  let profile: string;
  beforeEach(() => {
    profile = temporaryDirectory();
  });
  const journalFile = async () => join(profile, 'journal', (await filesOf(profile))[0] ?? '');
  const store = () =>
    withJournal(profile, (journal) => {
      commit(journal, [['local', 'k', 'v']]);
      commit(journal, [['local', 'l', 'w']]);
    });

  it('is empty until a page stores something', async () => {
    expect(await inspect(profile)).toEqual({ is: 'empty' });
    expect(await inspect(join(profile, 'absent'))).toEqual({ is: 'empty' });
    await withJournal(profile, putBack);
    expect(await inspect(profile)).toEqual({ is: 'empty' });
    await store();
    expect(await inspect(profile)).toEqual({ is: 'intact' });
  });

  it('is intact with a last line that a killed process wrote half', async () => {
    await store();
    await appendFile(await journalFile(), '01234567 {"origin"');
    expect(await inspect(profile)).toEqual({ is: 'intact' });
  });

  it('is damaged by a changed line, without its key, and by a file in the place of the directory', async () => {
    await store();
    const text = await readFile(await journalFile(), 'utf8');
    await writeFile(await journalFile(), text.replace('"v"', '"x"'));
    expect(await inspect(profile)).toEqual({ is: 'damaged', why: expect.stringContaining('was changed') });
    await writeFile(await journalFile(), text);
    expect(await inspect(profile)).toEqual({ is: 'intact' });
    await rm(join(profile, 'seal.key'));
    expect(await inspect(profile)).toEqual({ is: 'damaged', why: expect.stringContaining('seal.key') });
    await rm(join(profile, 'journal'), { recursive: true });
    await writeFile(join(profile, 'journal'), '');
    expect(await inspect(profile)).toMatchObject({ is: 'damaged' });
  });

  it('is copied with all that a browser of this process has told, while that browser goes on', async () => {
    const copy = temporaryDirectory();
    const told = await withJournal(profile, async (journal) => {
      for (let at = 0; at < 50; at += 1) commit(journal, [['local', `key ${at}`, 'v']]);
      await copyLive(profile, copy, { clock: systemClock });
      commit(journal, [['local', 'later', 'v']]);
      return Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`key ${at}`, 'v']));
    });
    expect(await inspect(copy)).toEqual({ is: 'intact' });
    expect(await withJournal(copy, putBack)).toMatchObject({ [origin]: { local: told } });
    expect(await readFile(join(copy, 'seal.key'))).toEqual(await readFile(join(profile, 'seal.key')));
  });

  it('is copied without a torn last line, and not at all if a line in the middle was changed', async () => {
    await store();
    await appendFile(await journalFile(), 'torn');
    const copy = temporaryDirectory();
    await copyLive(profile, copy, { clock: systemClock });
    const text = await readFile(await journalFile(), 'utf8');
    expect(await readFile(join(copy, 'journal', (await filesOf(copy))[0] ?? ''), 'utf8')).toBe(text.slice(0, -4));
    await writeFile(await journalFile(), text.replace('"v"', '"x"'));
    const refused = copyLive(profile, temporaryDirectory(), { clock: systemClock });
    await expect(refused).rejects.toMatchObject({ code: 'session-unreadable' });
  });

  it('is mended by removing what a rewriting left unfinished, and nothing else', async () => {
    expect(await repair(profile)).toEqual([]);
    await store();
    const before = await filesOf(profile);
    await mkdir(join(profile, 'journal'), { recursive: true });
    await writeFile(join(profile, 'journal', '.indexeddb-000002-00000000.log.tmp'), 'half');
    expect(await repair(profile)).toEqual(['journal/.indexeddb-000002-00000000.log.tmp']);
    expect(await filesOf(profile)).toEqual(before);
    expect(await repair(profile)).toEqual([]);
  });
});
