import { lstatSync, readlinkSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { run as race } from '../proofs/races.ts';
import { makeFolder } from '../support/folder.ts';
import { canMakeContainers, type Owner, startOwner } from '../support/locks/owner-process.ts';

const containers = canMakeContainers() ? 'containers' : 'processes that are told a host name (no namespaces here)';

describe(`a session on a volume of two ${containers}`, () => {
  it('is one container’s at a time, which is named to the other, and free when that is killed', async () => {
    const { first, second } = await twoOwners();
    expect([first.host, second.host]).toEqual(['box-a', 'box-b']);
    expect(await first.tell({ do: 'open', id: 'main' })).toMatchObject({ ok: true });
    expect(await first.tell({ do: 'lease', id: 'main' })).toMatchObject({ ok: true, fence: 1 });
    for (const order of ['open', 'lease'] as const) {
      const refused = await second.tell({ do: order, id: 'main' });
      expect(refused).toMatchObject({ code: 'session-in-use', details: { host: 'box-a', pid: first.pid } });
      expect(refused.message).toContain(`an owner, process ${first.pid} on host box-a`);
    }
    await first.kill();
    expect(await second.tell({ do: 'open', id: 'main' })).toMatchObject({ ok: true, formerHost: 'box-a' });
    expect(await second.tell({ do: 'lease', id: 'main' })).toMatchObject({ ok: true, fence: 2 });
  });

  it('is taken by the container that was made anew under the same name, where every process has the number of one before', async () => {
    const folder = await temporaryFolder();
    const before = await ownerIn(folder, 'box');
    await before.tell({ do: 'open', id: 'main' });
    await before.tell({ do: 'lease', id: 'main' });
    await before.kill();
    const after = await ownerIn(folder, 'box');
    expect(await after.tell({ do: 'open', id: 'main' })).toMatchObject({ ok: true, formerHost: 'box' });
    expect(await after.tell({ do: 'lease', id: 'main' })).toMatchObject({ ok: true, fence: 2 });
  });

  it('is opened by Chromium again in a container with another host name, once Chromium’s own lock is proved stale', async () => {
    const { folder, first, second } = await twoOwners();
    await first.tell({ do: 'open', id: 'main' });
    expect(await first.tell({ do: 'launch', id: 'main' })).toMatchObject({ ok: true });
    expect(hasBrowserLock(folder)).toBe(true);
    // While the first lives the second gets no workspace, and so nothing to remove a lock with.
    expect(await second.tell({ do: 'open', id: 'main' })).toMatchObject({ code: 'session-in-use' });
    expect(await second.tell({ do: 'clear', id: 'main' })).toEqual({ ok: true });
    expect(hasBrowserLock(folder)).toBe(true);

    const named = readlinkSync(browserLock(folder));
    await first.kill();

    // A Chromium that noticed in time that its owner is gone has taken its lock back: what a quicker death leaves is put there.
    if (!hasBrowserLock(folder)) symlinkSync(named, browserLock(folder));
    expect(await second.tell({ do: 'open', id: 'main' })).toMatchObject({ ok: true });
    expect(await second.tell({ do: 'launch', id: 'main' })).toMatchObject({ ok: false });
    const cleared = await second.tell({ do: 'clear', id: 'main' });
    expect(cleared).toMatchObject({ found: 'stale', proof: 'owner-gone' });
    expect(hasBrowserLock(folder)).toBe(false);
    expect(await second.tell({ do: 'launch', id: 'main' })).toMatchObject({ ok: true });
    expect(await second.tell({ do: 'release', id: 'main' })).toMatchObject({ ok: true });
  });
});

it('goes to exactly one of many that want it at once (a sample of the proof "races")', async () => {
  await race({ seed: 1, count: 4, owners: 10, log: () => undefined });
});

function hasBrowserLock(folder: string): boolean {
  return lstatSync(browserLock(folder), { throwIfNoEntry: false }) !== undefined;
}

function browserLock(folder: string): string {
  return join(folder, 'main', 'profile', 'SingletonLock');
}

async function twoOwners() {
  const folder = await temporaryFolder();
  const [first, second] = await Promise.all([ownerIn(folder, 'box-a'), ownerIn(folder, 'box-b')]);
  return { folder, first, second };
}

async function ownerIn(folder: string, container: string): Promise<Owner> {
  const owner = await startOwner(folder, container);
  onTestFinished(() => owner.kill());
  return owner;
}

async function temporaryFolder(): Promise<string> {
  const folder = await makeFolder();
  onTestFinished(() => folder.remove());
  return folder.path;
}
