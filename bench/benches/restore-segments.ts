import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import {
  applySegments,
  packBundle,
  packSegments,
  surveySegments,
  type TellableStep,
  unpackBundle,
} from '@wakey/bundle';
import { manifest } from '@wakey/bundle/testing';
import { chromiumProfile } from '@wakey/chromium';
import { filesystemStore } from '@wakey/store-filesystem';
import type { Bench } from '../bench.ts';
import { makeFolder, profileOf, remove } from '../profile.ts';

const nothing = { version: 1, commits: 0, files: {} } as const;

/** What 1,000 segments add to a restore. Each has ten messages of 1.5 kB, as a busy page commits them in a second. */
export const bench: Bench = {
  what: 'restoring a backup with 1,000 segments from the store in a directory, compared with the same backup alone',
  async open(megabytes) {
    const profile = await profileOf(megabytes);
    const directory = await makeFolder();
    const store = filesystemStore({ directory });
    const lease = await store.lease('main', { host: 'bench', pid: process.pid, since: 0, program: 'bench' });
    const { fence } = lease;
    const generation = await store.write('main', packBundle(manifest, chromiumProfile.list(profile)), {
      fence,
      metadata: {},
    });
    for (let number = 1; number <= SEGMENTS; number += 1) {
      for await (const { bytes } of packSegments(stepsOf(number), nothing, () => ({ at: 0, proved: 0, fence }))) {
        await store.segments?.append('main', bytes, { fence, generation, number });
      }
    }
    const restore = async (hasSegments: boolean) => {
      const into = await makeFolder();
      const bundle = await store.read('main');
      if (bundle === undefined) throw new Error('there is no backup');
      await unpackBundle(bundle.bytes, into);
      if (hasSegments) {
        const kept = store.segments;
        if (kept === undefined) throw new Error('the store keeps no segments');
        const { last, segments } = await surveySegments((from) => kept.read('main', generation, { from }));
        if (last?.number !== SEGMENTS) throw new Error('segments are missing');
        await applySegments(segments(), join(into, 'profile'), { through: last.number, takes: () => true });
      }
      await remove(into);
    };
    return {
      ours: () => restore(true),
      theirs: () => restore(false),
      async close() {
        await lease.release();
        await remove(profile);
        await remove(directory);
      },
    };
  },
};

const SEGMENTS = 1_000;
const ROWS = 10;
const ROW = 1_500;
const LOG = 'Default/IndexedDB/https_site_0.indexeddb.leveldb/999999.log';

/** Ten rows that are appended to a log. */
async function* stepsOf(number: number): AsyncGenerator<TellableStep> {
  if (number === 1) yield { type: 'create', path: LOG };
  const at = (number - 1) * ROWS * ROW;
  yield { type: 'write', path: LOG, at, bytes: randomBytes(ROWS * ROW) };
  yield { type: 'commit', state: { version: 1, commits: number * ROWS, files: {} } };
}
