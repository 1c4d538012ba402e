import { afterEach, beforeEach, expect, it } from 'vitest';
import { isAlive } from '../support/processes.ts';
import { type CliRig, openCliRig } from './cli-rig.ts';

let rig: CliRig;
beforeEach(async () => {
  rig = await openCliRig();
});
afterEach(async () => {
  expect(await rig.close()).toEqual([]);
});

it('wakey start --ephemeral warns before the first code, keeps nothing and never says that it saved', async () => {
  const wakey = rig.start('--ephemeral');
  await rig.scan(wakey);
  await wakey.event('ready');
  const { pid } = await wakey.event('browser');
  wakey.child.kill('SIGINT');
  expect(await wakey.exited).toBe(0);
  expect(isAlive(Number(pid))).toBe(false);
  const names = wakey.lines().map(({ event }) => event);
  expect(names.indexOf('warning')).toBeGreaterThanOrEqual(0);
  expect(names.indexOf('warning')).toBeLessThan(names.indexOf('qr'));
  expect(names).not.toContain('saved');
  expect(JSON.stringify(wakey.lines())).not.toContain('"saving"');
  expect(await rig.done('status', '--json')).toBe('');
});

it('wakey start refuses --ephemeral together with --exit-when-ready, and starts no browser', async () => {
  const wakey = rig.start('--ephemeral', '--exit-when-ready');
  expect(await wakey.exited).toBe(2);
  expect(wakey.stderr()).toContain('nothing would be left');
  expect([wakey.stdout(), rig.files()]).toEqual(['', []]);
});

it('wakey start --ephemeral refuses a session whose login is kept, and leaves the login', async () => {
  await rig.link();
  const wakey = rig.start('--ephemeral');
  expect(await wakey.exited).toBe(11);
  expect(await wakey.event('ended')).toMatchObject({ reason: 'session-unreadable' });
  const again = rig.start('--exit-when-ready');
  expect(await again.exited).toBe(0);
  expect(await again.event('ready')).toMatchObject({ how: 'resumed' });
});
