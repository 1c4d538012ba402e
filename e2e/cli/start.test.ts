import { decodeEvent } from '@wakey/wire/decode';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isAlive } from '../support/processes.ts';
import { type CliRig, openCliRig } from './cli-rig.ts';

describe('wakey start', () => {
  let rig: CliRig;
  beforeEach(async () => {
    rig = await openCliRig();
  });
  afterEach(async () => {
    expect(await rig.close()).toEqual([]);
  });

  it('links by a scanned code, keeps the login, exits with 0, and needs no code the next time', async () => {
    const first = rig.start('--exit-when-ready');
    await rig.scan(first);
    expect(await first.exited).toBe(0);
    expect(await first.event('ready')).toMatchObject({ session: 'main', me: '447700900000@c.us', how: 'linked' });
    expect(rig.simulator.phone.devices()).toHaveLength(1);
    expect(rig.files()).toEqual(['.wakey-sessions']);

    const second = rig.start('--exit-when-ready');
    expect(await second.exited).toBe(0);
    expect(await second.event('ready')).toMatchObject({ how: 'resumed' });
    expect(second.lines().filter(({ event }) => event === 'qr')).toEqual([]);
    expect(second.stderr()).toBe('');
  });

  it('prints each line as one object with time, session and event, and each code only in its own event', async () => {
    const wakey = rig.start('--exit-when-ready');
    const { qr } = await wakey.event('qr');
    await rig.scan(wakey);
    await wakey.exited;
    for (const { time, session, event } of wakey.lines()) {
      expect([new Date(time).toISOString(), session, typeof event]).toEqual([time, 'main', 'string']);
    }
    // A field that the schema lacks would be missing from the decoded line.
    for (const line of wakey.lines()) expect(decodeEvent(line)).toEqual(line);
    const states = wakey.lines().filter(({ event }) => event === 'state');
    const names = states.map(({ state }) => state).filter((name, index, all) => name !== all[index - 1]);
    expect(names).toEqual([
      ...['starting', 'loading', 'awaiting-qr', 'linking', 'syncing', 'ready', 'stopping', 'stopped'],
    ]);
    const [ref = ''] = String(qr).split(',');
    expect(ref.length).toBeGreaterThan(20);
    const others = wakey.lines().filter(({ event }) => event !== 'qr');
    expect(JSON.stringify(others)).not.toContain(ref);
    expect(wakey.stderr()).not.toContain(ref);
  });

  it('stops cleanly at Ctrl-C: exit code 0, its browser gone, the session ready for the next start', async () => {
    const wakey = rig.start();
    await rig.scan(wakey);
    await wakey.event('ready');
    const { pid } = await wakey.event('browser');
    wakey.child.kill('SIGINT');
    expect(await wakey.exited).toBe(0);
    expect(isAlive(Number(pid))).toBe(false);
    expect(wakey.lines().at(-1)).toMatchObject({ event: 'state', state: 'stopped' });
    const again = rig.start('--exit-when-ready');
    expect(await again.exited).toBe(0);
  });

  it('exits with the code of the signal that came before it was ready', async () => {
    for (const [signal, code] of [['SIGINT', 130] as const, ['SIGTERM', 143] as const]) {
      const wakey = rig.start('--exit-when-ready');
      await wakey.event('qr');
      wakey.child.kill(signal);
      expect(await wakey.exited).toBe(code);
    }
  });

  it('ends at once at the second Ctrl-C, with its browser', async () => {
    const wakey = rig.start();
    await wakey.event('qr');
    const { pid } = await wakey.event('browser');
    // A clean stop would wait for a page that hangs.
    rig.simulator.trouble({ hang: true });
    wakey.child.kill('SIGINT');
    await wakey.event('state', ({ state }) => state === 'stopping');
    wakey.child.kill('SIGINT');
    expect(await wakey.exited).toBe(130);
    expect(isAlive(Number(pid))).toBe(false);
  });

  it('stops cleanly when nobody reads its output any more', async () => {
    const wakey = rig.start();
    await wakey.event('qr');
    const { pid } = await wakey.event('browser');
    wakey.child.stdout?.destroy();
    expect(await wakey.exited).toBe(0);
    expect(isAlive(Number(pid))).toBe(false);
  });

  it('runs in one of two processes that start at once, and the other names that process', async () => {
    const both = [rig.start(), rig.start()];
    const loser = await Promise.race(both.map((wakey) => wakey.exited.then(() => wakey)));
    const winner = both.find((wakey) => wakey !== loser);
    expect(await loser.exited).toBe(10);
    expect(loser.lines().at(-1)).toMatchObject({ event: 'ended', reason: 'session-in-use' });
    expect(String(loser.lines().at(-1)?.message)).toContain(`held by wakey start, process ${winner?.pid} `);
    await winner?.event('qr');
  });

  it('ends with the reason and its exit code when the phone unlinks it', async () => {
    const wakey = rig.start();
    await rig.scan(wakey);
    await wakey.event('ready');
    const [device] = rig.simulator.phone.devices();
    rig.simulator.phone.unlink(device?.id ?? '');
    expect(await wakey.exited).toBe(50);
    expect(await wakey.event('ended')).toMatchObject({ reason: 'logged-out-by-phone' });
  });

  it('ends after the allowed number of QR codes', async () => {
    const wakey = rig.start('--max-qr', '2', '--qr-timeout', '300ms');
    expect(await wakey.exited).toBe(40);
    expect(
      wakey
        .lines()
        .filter(({ event }) => event === 'qr')
        .map(({ seq }) => seq),
    ).toEqual([1, 2]);
  });

  it('shows each QR code to a person, without control codes if its output is no terminal', async () => {
    const wakey = rig.wakey('start', '--url', rig.simulator.url, '--max-qr', '2', '--qr-timeout', '300ms');
    expect(await wakey.exited).toBe(40);
    expect(wakey.stdout()).toContain('code 1 of 2 · expires in 1 s');
    expect(wakey.stdout()).toContain('code 2 of 2');
    expect(wakey.stdout()).not.toContain('\x1b');
    expect(wakey.stderr()).toContain('✗ Every QR code expired before it was scanned.\n');
    expect(wakey.stderr()).not.toMatch(/^\s+at /m);
  });
});
