import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unpackBundle } from '@wakey/bundle';
import { filesystemStore } from '@wakey/store-filesystem';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { makeFolder } from '../support/folder.ts';
import { type Rig, scanWith, startRig } from '../support/rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await startRig();
});
afterEach(() => rig.close());

it.each(['headless-shell', 'chromium'] as const)(
  'the first backup of a new link, 5 s after ready, contains the localStorage of the page in %s',
  async (browser) => {
    const store = filesystemStore({ directory: rig.sessionsDir });
    const session = rig.session({ browser, store });
    await session.start();
    // By default Chromium flushes the first write after its start quickly and later writes slowly, so the test writes once before the link.
    await session.page?.evaluate(() => localStorage.setItem('an-early-write', ''));
    const live = join(rig.sessionsDir, 'main/profile/Default/Local Storage/leveldb');
    await vi.waitFor(async () => expect(await holds(live, 'an-early-write')).toBe(true), 60_000);
    const saved = new Promise((resolve) => session.on('saved', resolve));
    scanWith(rig.simulator, session);
    await saved;
    const bundle = await store.read('main');
    const folder = await makeFolder();
    if (bundle === undefined) throw new Error('There is no backup.');
    await unpackBundle(bundle.bytes, folder.path);
    expect(await holds(join(folder.path, 'profile/Default/Local Storage/leveldb'), 'last-wid-md')).toBe(true);
    await folder.remove();
  },
);

async function holds(directory: string, text: string): Promise<boolean> {
  const files = await Promise.all((await readdir(directory)).map((name) => readFile(join(directory, name))));
  return files.some((bytes) => bytes.includes(text));
}
