import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BundleManifest } from '@wakey/bundle';
import { packBundle, packSegments } from '@wakey/bundle';
import { temporaryDirectory } from '@wakey/testkit';
import { expect, it } from 'vitest';
import { followedFormat } from '../testing/followed-format.js';
import { segmentStore } from '../testing/segment-store.js';
import { exportSession } from './export-session.js';
import { importSession } from './import-session.js';

const manifest: BundleManifest = {
  ...{ format: 1, kind: 'profile', createdAt: 1_795_000_000_000, fence: 1, driver: 'fake', profileFormat: 'lines' },
  browser: { product: 'Chrome', version: '156.0.1.1' },
};
const holder = { host: 'here', pid: process.pid, since: 0, program: 'a test' };

/** A store with a backup of the line `login` and one segment for each further line. */
async function stored(...lines: readonly string[]) {
  const { format, commit, lines: linesOf } = followedFormat();
  const { store, kept } = segmentStore();
  const profile = temporaryDirectory();
  await commit(profile, 'login');
  let state = await format.following?.stateOf(profile);
  const generation = await store.write('main', packBundle(manifest, format.list(profile)), { fence: 1, metadata: {} });
  for (const line of lines) {
    if (state === undefined) throw new Error('the format follows');
    await commit(profile, line);
    const changes = format.following?.changes(profile, state, { clock: { now: () => 0, set: () => () => undefined } });
    const facts = () => ({ at: manifest.createdAt + 1_000, proved: 0, fence: 1 });
    // This format never begins again here.
    for await (const one of packSegments(changes as never, state, facts)) {
      kept.get(generation)?.segments.push(one.bytes);
      state = one.state;
    }
  }
  return { store, format, linesOf, sessionsDir: temporaryDirectory() };
}

it('exports a backup together with its segments, and an import of that has every change', async () => {
  const { store, format, linesOf, sessionsDir } = await stored('one', 'two');
  const exported = await exportSession({ sessionsDir, id: 'main', format, store, holder });
  expect(exported).toMatchObject({ from: 'store', manifest: { createdAt: manifest.createdAt + 1_000 } });
  const target = temporaryDirectory();
  await importSession({ sessionsDir: target, id: 'copy', format, holder, bytes: exported.bytes });
  await exported.close();
  expect(await linesOf(join(target, 'copy', 'profile'))).toEqual(['login', 'one', 'two']);
  expect(readdirSync(sessionsDir)).toEqual([]);
});

it('exports a backup without segments as it is stored', async () => {
  const { store, format, sessionsDir } = await stored();
  const exported = await exportSession({ sessionsDir, id: 'main', format, store, holder });
  expect(exported.manifest.createdAt).toBe(manifest.createdAt);
  await exported.close();
});

it('removes what an export of a dead process has left behind', async () => {
  const { store, format, sessionsDir } = await stored('one');
  // No process has this number: Linux ends at 4,194,304.
  mkdirSync(join(sessionsDir, '.wakey-export-4999999-abc'));
  mkdirSync(join(sessionsDir, `.wakey-export-${process.pid}-abc`));
  const exported = await exportSession({ sessionsDir, id: 'main', format, store, holder });
  await exported.close();
  expect(readdirSync(sessionsDir)).toEqual([`.wakey-export-${process.pid}-abc`]);
});
