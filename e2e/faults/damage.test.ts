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
/** With two generations: the first as the template has it, the second of its live profile. */
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

/** Starts a session and stops it, and gives what became of it. Nothing may be written beside it. */
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
    'in the newest bundle (at %d of it) is found, told, and the older one brought back',
    async (place) => {
      loseProfile();
      flipBit(bundle(2), Math.floor(place * (statSync(bundle(2)).size * 8 - 1)));
      const { launched, told, warnings } = await start();
      expect(launched).toEqual([template.kept]);
      expect(told).toContain('restored');
      expect(warnings[0]).toContain('2.bundle');
    },
  );

  it('anywhere in the label of the newest bundle is found, told, and the older one brought back', async () => {
    const label = join(main, 'bundles', '2.json');
    const whole = await readNewest();
    const size = statSync(label).size;
    for (let at = 0; at < size; at += 1) {
      const bit = at * 8 + Math.floor(random() * 8);
      flipBit(label, bit);
      const found = await readNewest();
      // The name under which the checksum stands: nothing else is changed then.
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

describe('a bundle of the store', () => {
  it.each([0, 1, 1_000, 'but for its last byte'] as const)(
    'that is cut off after %s bytes is found, told, and the older one brought back',
    async (length) => {
      loseProfile();
      truncateSync(bundle(2), length === 'but for its last byte' ? statSync(bundle(2)).size - 1 : length);
      const { launched, told, warnings } = await start();
      expect([launched, told.includes('restored')]).toEqual([[template.kept], true]);
      expect(warnings[0]).toContain('2.bundle');
    },
  );

  it('whose record of fences is damaged is not used, and nothing of it is lost', async () => {
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
    'that is right for the store and has or is %s is told, and the older one brought back',
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
  it('without any one of its files is brought back, or was whole without it', async () => {
    const files = filesIn(join(main, 'profile')).filter((path) =>
      /IndexedDB|Local Storage|CacheStorage|WebStorage/.test(path),
    );
    expect(files.length).toBeGreaterThan(8);
    for (const file of files) {
      rmSync(main, { recursive: true });
      cpSync(twice, main, { recursive: true });
      rmSync(join(main, 'profile', file));
      const { launched, told } = await start();
      // A page that finds its login gone, and one whose profile was seen to be damaged before it began, come to the same.
      expect([file, launched.at(-1), told.includes('rescan')]).toEqual([file, template.live, false]);
    }
  });
});

describe('wrong modes', () => {
  it.each([
    ['the directory of the session', '.', 0o777],
    ['the record', 'session.json', 0o644],
    ['a bundle', 'bundles/2.bundle', 0o666],
    ['the profile', 'profile', 0o755],
  ])('of %s are put right before anything is read', async (_, path, mode) => {
    chmodSync(join(main, path), mode);
    // Nobody gets that far through a closed door; one that is open makes every mode behind it count.
    chmodSync(main, 0o777);
    expect((await start()).launched).toEqual([template.live]);
    expect(statSync(join(main, path)).mode & 0o077).toBe(0);
  });

  // Files can be given away by root alone.
  it.runIf(isRoot).each([
    ['the directory of the session', '.'],
    ['the directory of what is kept', 'bundles'],
  ])('(%s is somebody else’s) end the session with the path, and change nothing', async (_, path) => {
    chownSync(join(main, path), 65_534, 65_534);
    const before = filesIn(main).map((name) => [name, statSync(join(main, name)).size]);
    const { launched, told } = await start();
    expect([launched, told]).toEqual([[], [expect.stringMatching(/^ended: session-unreadable: .*\/sessions/)]]);
    expect(filesIn(main).map((name) => [name, statSync(join(main, name)).size])).toEqual(before);
    expect(statSync(join(main, path)).uid).toBe(65_534);
  });
});
