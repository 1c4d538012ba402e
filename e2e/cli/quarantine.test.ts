import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CliRig, openCliRig } from './cli-rig.ts';

let rig: CliRig;
beforeEach(async () => {
  rig = await openCliRig();
});
afterEach(async () => {
  expect(await rig.close()).toEqual([]);
});

/** Starts `main`, which learns that WhatsApp no longer knows its device, and stops it at the new code. */
async function learnOfLogout(): Promise<void> {
  const wakey = rig.start();
  await wakey.event('qr');
  expect(wakey.lines()).toContainEqual(expect.objectContaining({ event: 'rescan', why: 'unlinked-while-away' }));
  wakey.child.kill('SIGINT');
  expect(await wakey.exited).toBe(0);
}

async function json(...args: readonly string[]) {
  const wakey = rig.wakey(...args, '--json');
  expect([args, await wakey.exited, wakey.stderr()]).toEqual([args, 0, '']);
  return JSON.parse(wakey.stdout());
}

const elsewhere = ['--sessions-dir', 'elsewhere'];

/** Exports the backup in quarantine and imports it into another sessions directory. */
async function exportAndImport(): Promise<void> {
  const file = join(rig.folder, 'main.wakey');
  const done = await json('export', 'main', '--from-quarantine', '--plain', '--to', file);
  expect(done).toMatchObject({ from: 'quarantine', generation: 1, me: '447700900000@c.us' });
  expect(await json('import', file, ...elsewhere)).toMatchObject({ event: 'imported', me: '447700900000@c.us' });
}

/** Whether the store of `main` still has the backup in quarantine. */
async function isInQuarantine(): Promise<boolean> {
  const { setAside } = await json('status', 'main');
  return setAside?.generation === 1;
}

const startElsewhere = () => rig.start('--exit-when-ready', ...elsewhere);

describe('the backup in quarantine after a logout', () => {
  it('resumes in another directory without a code when the logout turns out to be false', async () => {
    await rig.link();
    rig.simulator.trouble({ refusedStates: 'newest' });
    await learnOfLogout();
    rig.simulator.trouble({ refusedStates: 'none' });
    await exportAndImport();
    const resumed = startElsewhere();
    expect(await resumed.exited).toBe(0);
    expect(await resumed.event('ready')).toMatchObject({ me: '447700900000@c.us', how: 'resumed' });
    expect(resumed.lines().filter(({ event }) => event === 'qr')).toEqual([]);
    expect(rig.simulator.phone.devices()).toHaveLength(1);
    expect(await isInQuarantine()).toBe(true);
  });

  it('can be exported and imported after the phone unlinked the device, and WhatsApp refuses it', async () => {
    await rig.link();
    for (const { id } of rig.simulator.phone.devices()) rig.simulator.phone.unlink(id);
    await learnOfLogout();
    await exportAndImport();
    const refused = startElsewhere();
    await refused.event('qr');
    expect(refused.lines()).toContainEqual(expect.objectContaining({ event: 'rescan', why: 'unlinked-while-away' }));
    expect(await isInQuarantine()).toBe(true);
  });
});
