import { join } from 'node:path';
import type { SessionStore } from '@wakey/core';
import { cutFiles, disks, restart, temporaryDirectory } from '@wakey/testkit';
import { describe, expect, it } from 'vitest';
import { holder, store, streamOf, textOf } from './testing/open-store.js';

/**
 * Runs `act` on a session with two generations, and returns for each moment the files that a power cut at that moment
 * leaves.
 */
async function cutShort(act: (store: SessionStore) => Promise<unknown>) {
  const directory = temporaryDirectory();
  const kept = store(directory);
  await kept.write('main', streamOf('one'), { fence: 1, metadata: {} });
  await kept.write('main', streamOf('two'), { fence: 1, metadata: {} });
  const { files, cuts } = cutFiles(join(directory, 'main', 'bundles'));
  await act(store(directory, { files }));
  return cuts;
}

async function restarted(survivors: Parameters<typeof restart>[0]) {
  const directory = temporaryDirectory();
  restart(survivors, join(directory, 'main', 'bundles'));
  return store(directory);
}

describe.each(disks)('after a power cut on a %s disk', (disk) => {
  it('during a write the old generation or the new one exists, and after the write the new one', async () => {
    const cuts = await cutShort((kept) => kept.write('main', streamOf('three, longer'), { fence: 2, metadata: {} }));
    const seen = new Set<number | undefined>();
    for (const [at, cut] of cuts.entries()) {
      const kept = await restarted(cut[disk]);
      const bundle = await kept.read('main');
      seen.add(bundle?.generation);
      expect([at, await textOf(bundle)]).toEqual([at, bundle?.generation === 3 ? 'three, longer' : 'two']);
      expect(await kept.read('main', { before: bundle?.generation ?? 0 })).toBeDefined();
      await kept.write('main', streamOf('next'), { fence: 2, metadata: {} });
      expect(await textOf(await kept.read('main'))).toBe('next');
      if (at === cuts.length - 1) expect(bundle?.generation).toBe(3);
    }
    expect(cuts.length).toBeGreaterThan(15);
    expect(seen).toEqual(new Set([2, 3]));
  });

  it('during a move to quarantine the newest generation is a backup or in quarantine, and after the move in quarantine', async () => {
    const cuts = await cutShort(async (kept) => {
      await kept.quarantine?.put('main', { fence: 2, until: 7 });
      await kept.remove('main', { fence: 2 });
    });
    const seen = new Set<string>();
    for (const [at, cut] of cuts.entries()) {
      const kept = await restarted(cut[disk]);
      const found = [await textOf(await kept.read('main')), await textOf(await kept.quarantine?.read('main'))];
      expect(found).toContain('two');
      if (at === cuts.length - 1) expect(found).toEqual([undefined, 'two']);
      seen.add(found.join(' '));
      expect(await kept.write('main', streamOf('next'), { fence: 2, metadata: {} })).toBe(3);
    }
    expect(seen.size).toBeGreaterThanOrEqual(3);
  });

  it('the store grants no fence a second time, and a finished removal stays done', async () => {
    const fences: number[] = [];
    const leased = await cutShort(async (kept) => {
      const lease = await kept.lease('main', holder);
      fences.push(lease.fence);
      await lease.release();
    });
    const last = await (await restarted(leased.at(-1)?.[disk] ?? new Map())).lease('main', holder);
    expect(last.fence).toBeGreaterThan(fences[0] ?? Number.POSITIVE_INFINITY);
    await last.release();

    const removed = await cutShort((kept) => kept.remove('main', { fence: 2 }));
    for (const cut of removed) {
      const kept = await restarted(cut[disk]);
      expect([undefined, 'two']).toContain(await textOf(await kept.read('main')));
    }
    const after = await restarted(removed.at(-1)?.[disk] ?? new Map());
    expect(await after.read('main')).toBeUndefined();
    await expect(after.write('main', streamOf('x'), { fence: 1, metadata: {} })).rejects.toMatchObject({
      code: 'stale-fence',
    });
  });
});
