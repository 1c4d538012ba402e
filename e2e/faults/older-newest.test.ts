import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type BundleManifest, packBundle } from '@wakey/bundle';
import { chromiumProfile } from '@wakey/chromium';
import { filesystemStore } from '@wakey/store-filesystem';
import { expect, it } from 'vitest';
import { linkSession, reach, startRig } from '../support/rig.ts';

it('restores the older backup when the newest is intact but the page finds no login in it', async () => {
  const rig = await startRig();
  try {
    await (await linkSession(rig)).stop();
    // The profile of a page that nobody has linked: its databases are intact, and contain no key.
    const other = rig.session({ id: 'other', store: 'none' });
    await other.start();
    await reach(other, 'awaiting-qr');
    await other.stop();
    const at = (...names: string[]) => join(rig.sessionsDir, ...names);
    const store = filesystemStore({ directory: rig.sessionsDir });
    const { fence = 0 } = JSON.parse(await readFile(at('main', 'session.json'), 'utf8')) as { fence?: number };
    const manifest: BundleManifest = {
      format: 1,
      kind: 'profile',
      createdAt: Date.now(),
      driver: 'puppeteer',
      browser: { product: 'Chrome', version: '1.0' },
      fence,
    };
    const bytes = packBundle(manifest, chromiumProfile.list(at('other', 'profile')));
    await store.write('main', bytes, { fence, metadata: { fence: String(fence) } });
    await rm(at('main', 'profile'), { recursive: true });

    const session = rig.session();
    const steps: object[] = [];
    session.on('recovery', (step) => steps.push(step));
    const codes: unknown[] = [];
    session.on('qr', (code) => codes.push(code));
    await session.start();
    await session.ready();
    expect(steps).toMatchObject([
      { step: 'restoring', why: 'profile-missing' },
      { step: 'restored', generation: 2 },
      { step: 'restoring', why: 'credentials-lost' },
      { step: 'restored', generation: 1 },
    ]);
    expect(codes).toEqual([]);
    expect(rig.simulator.phone.devices()).toHaveLength(1);
  } finally {
    await rig.close();
  }
});
