import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { SessionStore } from '@wakey/core';
import { faultyFiles, temporaryDirectory } from '@wakey/testkit';
import { expect, it } from 'vitest';
import { holder, store, streamOf, textOf } from './testing/open-store.js';

/**
 * Runs `act` on a store with two generations of session `main`, again and again, with a fault at its first, second, …
 * call of the file system, until `act` makes fewer calls than that. Returns the number of calls that `act` makes.
 */
async function atEveryCall(
  how: 'dies' | 'fails',
  act: (faulty: SessionStore) => Promise<unknown>,
  check: (kept: SessionStore, hasFailed: boolean, directory: string) => Promise<void>,
): Promise<number> {
  for (let nth = 1; ; nth++) {
    const directory = temporaryDirectory();
    await store(directory).write('main', streamOf('one'), { fence: 1, metadata: {} });
    await store(directory).write('main', streamOf('two'), { fence: 1, metadata: {} });
    const faulty = faultyFiles();
    faulty.arm(how, nth);
    const hasFailed = await act(store(directory, { files: faulty.files })).then(
      () => false,
      (error: unknown) => {
        expect(error).toMatchObject({ name: 'WakeyError' });
        return true;
      },
    );
    const wasStruck = faulty.calls.length >= nth;
    faulty.disarm();
    await faulty.bury();
    await check(store(directory), hasFailed, directory);
    if (!wasStruck) return nth - 1;
  }
}

const writeThird = (faulty: SessionStore) =>
  faulty.write('main', streamOf('three, longer'), { fence: 2, metadata: { a: 'b' } });

it.each(['dies', 'fails'] as const)(
  'has the old generation or the new one when a write %s at any of its file-system calls',
  async (how) => {
    const seen = new Set<number | undefined>();
    const calls = await atEveryCall(how, writeThird, async (kept, hasFailed, directory) => {
      const bundle = await kept.read('main');
      seen.add(bundle?.generation);
      expect([bundle?.generation, await textOf(bundle)]).toEqual(
        bundle?.generation === 3 ? [3, 'three, longer'] : [2, 'two'],
      );
      if (how === 'fails') expect(bundle?.generation).toBe(hasFailed ? 2 : 3);
      // An older generation exists too, and the next write succeeds.
      expect(await kept.read('main', { before: bundle?.generation ?? 0 })).toBeDefined();
      const next = await kept.write('main', streamOf('next'), { fence: 2, metadata: {} });
      expect(await textOf(await kept.read('main'))).toBe('next');
      const names = readdirSync(join(directory, 'main', 'bundles')).filter((name) => /incoming|tmp|bundle/.test(name));
      expect(names).toHaveLength(2);
      expect(names).toContain(`${next}.bundle`);
    });
    expect(calls).toBeGreaterThanOrEqual(40);
    expect(seen).toEqual(new Set([2, 3]));
  },
);

it.each(['dies', 'fails'] as const)(
  'has the newest generation or none when a removal %s at any of its file-system calls',
  async (how) => {
    const seen = new Set<number | undefined>();
    await atEveryCall(
      how,
      (faulty) => faulty.remove('main', { fence: 2 }),
      async (kept, hasFailed) => {
        const bundle = await kept.read('main');
        expect([undefined, 2]).toContain(bundle?.generation);
        if (!hasFailed) expect(bundle).toBeUndefined();
        seen.add(bundle?.generation);
        await kept.remove('main', { fence: 2 });
        expect(await kept.read('main')).toBeUndefined();
      },
    );
    expect(seen).toEqual(new Set([undefined, 2]));
  },
);

it.each(['dies', 'fails'] as const)(
  'has the whole newest generation as a backup or in quarantine when a move to quarantine %s at any of its file-system calls',
  async (how) => {
    const seen = new Set<string>();
    const calls = await atEveryCall(
      how,
      async (faulty) => {
        await faulty.quarantine?.put('main', { fence: 2, until: 7 });
        await faulty.remove('main', { fence: 2 });
      },
      async (kept, hasFailed, directory) => {
        const [inSight, aside] = [
          await textOf(await kept.read('main')),
          await textOf(await kept.quarantine?.read('main')),
        ];
        expect([inSight, aside]).toContain('two');
        if (!hasFailed) expect([inSight, aside]).toEqual([undefined, 'two']);
        seen.add(`${inSight} ${aside}`);
        // A write and a removal leave the quarantine alone, and the store does not use the number again.
        expect(await kept.write('main', streamOf('next'), { fence: 2, metadata: {} })).toBe(3);
        await kept.remove('main', { fence: 2 });
        if (aside === undefined) return;
        expect(await textOf(await kept.quarantine?.read('main'))).toBe('two');
        await kept.quarantine?.clear('main', { fence: 2 });
        expect(readdirSync(join(directory, 'main', 'bundles')).filter((name) => /\d/.test(name))).toEqual([]);
      },
    );
    expect(calls).toBeGreaterThanOrEqual(40);
    expect(seen).toContain('undefined two');
    expect(seen.size).toBeGreaterThanOrEqual(3);
  },
);

it.each(['dies', 'fails'] as const)(
  'leaves no file that outlives the next write when a clearing of the quarantine %s at any of its file-system calls',
  async (how) => {
    await atEveryCall(
      how,
      async (faulty) => {
        await faulty.quarantine?.put('main', { fence: 2, until: 7 });
        await faulty.quarantine?.clear('main', { fence: 2 });
      },
      async (kept, _, directory) => {
        await kept.quarantine?.clear('main', { fence: 2 });
        await kept.remove('main', { fence: 2 });
        await kept.write('main', streamOf('next'), { fence: 2, metadata: {} });
        const names = readdirSync(join(directory, 'main', 'bundles')).filter((name) => /\d/.test(name));
        expect(names.sort()).toEqual(['3.bundle', '3.json']);
      },
    );
  },
);

it.each(['dies', 'fails'] as const)(
  'grants the next holder the lease, with a greater fence, when a lease %s at any of its file-system calls',
  async (how) => {
    const fences: number[] = [];
    await atEveryCall(
      how,
      async (faulty) => {
        const lease = await faulty.lease('main', holder);
        fences.push(lease.fence);
        await lease.release();
      },
      async (kept) => {
        const lease = await kept.lease('main', holder);
        expect(lease.fence).toBeGreaterThan(Math.max(1, ...fences.splice(0)));
        await lease.release();
        expect(await textOf(await kept.read('main'))).toBe('two');
      },
    );
  },
);

it('writes in an order that survives a power cut: bytes, flush, rename, flush, label, flush, rename, flush', async () => {
  const directory = temporaryDirectory();
  const faulty = faultyFiles();
  const kept = store(directory, { files: faulty.files });
  await kept.write('main', streamOf('one'), { fence: 1, metadata: {} });
  faulty.calls.length = 0;
  await kept.write('main', streamOf('two'), { fence: 1, metadata: {} });
  const order = faulty.calls.filter((call) => ['writeFile', 'sync', 'rename'].includes(call));
  expect(order).toEqual(['writeFile', 'sync', 'rename', 'sync', 'writeFile', 'sync', 'rename', 'sync']);
});
