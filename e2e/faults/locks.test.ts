import { lstatSync, readlinkSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { run as race } from '../proofs/races.ts';
import { makeFolder } from '../support/folder.ts';
import { canMakeContainers, type Owner, startOwner } from '../support/locks/owner-process.ts';

const containers = canMakeContainers()
  ? 'containers'
  : 'processes with made-up host names (this machine allows no namespaces)';

describe(`a session on a volume that two ${containers} share`, () => {
  it('belongs to one container at a time, which the other’s error names, and is free once that container is killed', async () => {
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

  it('can be opened by a new container with the same name, in which process ids repeat those of the former container', async () => {
    const folder = await temporaryFolder();
    const before = await ownerIn(folder, 'box');
    await before.tell({ do: 'open', id: 'main' });
    await before.tell({ do: 'lease', id: 'main' });
    await before.kill();
    const after = await ownerIn(folder, 'box');
    expect(await after.tell({ do: 'open', id: 'main' })).toMatchObject({ ok: true, formerHost: 'box' });
    expect(await after.tell({ do: 'lease', id: 'main' })).toMatchObject({ ok: true, fence: 2 });
  });

  it('can be used by Chromium in a container with another host name, once Wakey has proved that Chromium’s own lock is stale', async () => {
    const { folder, first, second } = await twoOwners();
    await first.tell({ do: 'open', id: 'main' });
    expect(await first.tell({ do: 'launch', id: 'main' })).toMatchObject({ ok: true });
    expect(hasBrowserLock(folder)).toBe(true);
    // While the first container lives, the second cannot open the session, and so cannot remove Chromium's lock.
    expect(await second.tell({ do: 'open', id: 'main' })).toMatchObject({ code: 'session-in-use' });
    expect(await second.tell({ do: 'clear', id: 'main' })).toEqual({ ok: true });
    expect(hasBrowserLock(folder)).toBe(true);

    const named = readlinkSync(browserLock(folder));
    await first.kill();

    // If Chromium noticed in time that its parent is dead, it removed its lock. The test then puts back the lock that a sudden death leaves.
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

it('goes to exactly one of many processes that open it at the same moment (a sample of the proof "races")', async () => {
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
