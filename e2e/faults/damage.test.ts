import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { bundleOf, type RawEntry } from '@wakey/bundle/testing';
import { isWakeyError } from '@wakey/core';
import { filesystemStore } from '@wakey/store-filesystem';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type FakeLife, fakeLife } from '../support/faults/fake-life.ts';
import { flipBit, plant } from '../support/faults/stored.ts';
import { filesIn, makeTemplate, type Template } from '../support/faults/template.ts';
import { makeFolder } from '../support/folder.ts';
import { seededRandom } from '../support/random.ts';

const isRoot = process.getuid?.() === 0;

let template: Template;
/** The directory of a session with two backups: the first from the template, the second of the template's live profile. */
let twice: string;
beforeAll(async () => {
  template = await makeTemplate();
  const sessionsDir = join(template.main, '..', 'twice');
  mkdirSync(sessionsDir, { mode: 0o700 });
  twice = join(sessionsDir, 'main');
  cpSync(template.main, twice, { recursive: true });
  const life = fakeLife(sessionsDir, template);
  await life.begin();
  await life.session.stop();
});
afterAll(() => template.remove());

/** The directory that holds the sessions directory and nothing else. */
let parent: string;
let sessionsDir: string;
let main: string;
beforeEach(async () => {
  const folder = await makeFolder();
  parent = folder.path;
  sessionsDir = join(parent, 'sessions');
  main = join(sessionsDir, 'main');
  mkdirSync(sessionsDir, { mode: 0o700 });
  cpSync(twice, main, { recursive: true });
  return folder.remove;
});

const bundle = (generation: number) => join(main, 'bundles', `${generation}.bundle`);
const loseProfile = () => rmSync(join(main, 'profile'), { recursive: true });

/** Starts a session and stops it, and returns what happened. Checks that nothing was written outside of its directory. */
async function start(): Promise<FakeLife & { readonly warnings: readonly string[] }> {
  const warnings: string[] = [];
  const store = filesystemStore({ directory: sessionsDir, warn: ({ message }) => warnings.push(message) });
  const life = fakeLife(sessionsDir, template, { store });
  await life.begin().catch((error: unknown) => {
    if (!isWakeyError(error)) throw error;
  });
  await life.session.stop();
  expect(readdirSync(parent)).toEqual(['sessions']);
  expect(readdirSync(sessionsDir).filter((name) => name !== '.gitignore')).toEqual(['main']);
  return { ...life, warnings };
}

describe('one flipped bit', () => {
  const random = seededRandom(20261123);
  const places = [0, 0.001, 0.01, ...Array.from({ length: 6 }, random), 0.999, 1];
  it.each(places)(
    'in the newest backup (at %d of its length) is noticed and reported, and Wakey restores the older backup',
    async (place) => {
      loseProfile();
      flipBit(bundle(2), Math.floor(place * (statSync(bundle(2)).size * 8 - 1)));
      const { launched, told, warnings } = await start();
      expect(launched).toEqual([template.kept]);
      expect(told).toContain('restored');
      expect(warnings[0]).toContain('2.bundle');
    },
  );

  it('anywhere in the label of the newest backup is noticed and reported, and the store reads the older backup', async () => {
    const label = join(main, 'bundles', '2.json');
    const whole = await readNewest();
    const size = statSync(label).size;
    for (let at = 0; at < size; at += 1) {
      const bit = at * 8 + Math.floor(random() * 8);
      flipBit(label, bit);
      const found = await readNewest();
      // The bit is in the name of the field with the checksum. A label without that field is read without a check, and is right.
      if (found.generation === 2) expect(found, `bit ${bit}`).toEqual(whole);
      else expect(found, `bit ${bit}`).toMatchObject({ generation: 1, warnings: [expect.stringContaining('2.json')] });
      flipBit(label, bit);
    }
  });

  async function readNewest() {
    const warnings: string[] = [];
    const store = filesystemStore({ directory: sessionsDir, warn: ({ message }) => warnings.push(message) });
    const found = await store.read('main');
    return { generation: found?.generation, metadata: found?.metadata, warnings };
  }
});

describe('a backup in the store', () => {
  it.each([0, 1, 1_000, 'all but one'] as const)(
    'that is cut off after %s bytes is noticed and reported, and Wakey restores the older backup',
    async (length) => {
      loseProfile();
      truncateSync(bundle(2), length === 'all but one' ? statSync(bundle(2)).size - 1 : length);
      const { launched, told, warnings } = await start();
      expect([launched, told.includes('restored')]).toEqual([[template.kept], true]);
      expect(warnings[0]).toContain('2.bundle');
    },
  );

  it('is not used while the file with the fence is damaged, and resumes the session once the file is repaired', async () => {
    const fence = join(main, 'bundles', 'fence.json');
    const text = readFileSync(fence, 'utf8');
    truncateSync(fence, 3);
    const { launched, told } = await start();
    expect([launched, told]).toEqual([[], [expect.stringMatching(/^ended: session-unreadable: .*fence\.json/)]]);
    writeFileSync(fence, text);
    expect((await start()).launched).toEqual([template.live]);
  });

  const hostile: readonly (readonly [string, () => Promise<Uint8Array>])[] = [
    ['a path that leads out', () => bundleOf({ name: 'profile/../../../escaped', text: 'x' })],
    ['an absolute path', () => bundleOf({ name: join(parent, 'escaped'), text: 'x' })],
    ['a symbolic link', () => bundleOf(linkOf('symlink'), { name: 'profile/a/escaped', text: 'x' })],
    ['a hard link', () => bundleOf(linkOf('link'))],
    ['a device', () => bundleOf({ name: 'profile/a', type: 'character-device' })],
    ['a pipe', () => bundleOf({ name: 'profile/a', type: 'fifo' })],
    ['a path twice', () => bundleOf({ name: 'profile/a', text: 'x' }, { name: 'profile/a', text: 'y' })],
    ['bytes that are no bundle', async () => Buffer.from('not a bundle')],
  ];
  const linkOf = (type: 'link' | 'symlink'): RawEntry => ({ name: 'profile/a', type, linkname: parent });

  it.each(hostile)(
    'that has a right checksum but has or is %s is reported, and Wakey restores the older backup',
    async (_, make) => {
      loseProfile();
      const generation = plant(main, await make());
      const { session, launched, told } = await start();
      expect(launched).toEqual([template.live]);
      expect(told).toContain(`restored past ${generation}`);
      expect(session.state.name).toBe('stopped');
      expect(filesIn(main).filter((path) => /escaped|\/a$/.test(path))).toEqual([]);
    },
  );
});

describe('a live profile', () => {
  it('without any one of its files is restored, or resumes without that file', async () => {
    const files = filesIn(join(main, 'profile')).filter((path) =>
      /IndexedDB|Local Storage|CacheStorage|WebStorage/.test(path),
    );
    expect(files.length).toBeGreaterThan(8);
    for (const file of files) {
      rmSync(main, { recursive: true });
      cpSync(twice, main, { recursive: true });
      rmSync(join(main, 'profile', file));
      const { launched, told } = await start();
      // Wakey restores the backup before the browser starts, or after the page has found no login; both end the same.
      expect([file, launched.at(-1), told.includes('rescan')]).toEqual([file, template.live, false]);
    }
  });
});

describe('a wrong mode or owner', () => {
  it.each([
    ['the directory of the session', '.', 0o777],
    ['the record', 'session.json', 0o644],
    ['a backup', 'bundles/2.bundle', 0o666],
    ['the profile', 'profile', 0o755],
  ])('of %s: Wakey corrects the mode before it reads anything', async (_, path, mode) => {
    chmodSync(join(main, path), mode);
    // The modes inside the session's directory matter only if others may enter that directory.
    chmodSync(main, 0o777);
    expect((await start()).launched).toEqual([template.live]);
    expect(statSync(join(main, path)).mode & 0o077).toBe(0);
  });

  // Only root can change the owner of a file.
  it.runIf(isRoot).each([
    ['the directory of the session', '.'],
    ['the directory of the backups', 'bundles'],
  ])('of %s: another owner ends the session with the path, and Wakey changes nothing', async (_, path) => {
    chownSync(join(main, path), 65_534, 65_534);
    const before = filesIn(main).map((name) => [name, statSync(join(main, name)).size]);
    const { launched, told } = await start();
    expect([launched, told]).toEqual([[], [expect.stringMatching(/^ended: session-unreadable: .*\/sessions/)]]);
    expect(filesIn(main).map((name) => [name, statSync(join(main, name)).size])).toEqual(before);
    expect(statSync(join(main, path)).uid).toBe(65_534);
  });
});
