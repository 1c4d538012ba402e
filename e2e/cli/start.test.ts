import { decodeEvent } from '@wakey/wire/decode';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isAlive } from '../support/processes.ts';
import { openPlace, type Place } from './place.ts';

describe('wakey start', () => {
  let place: Place;
  beforeEach(async () => {
    place = await openPlace();
  });
  afterEach(async () => {
    expect(await place.close()).toEqual([]);
  });

  it('links by a scanned code, keeps the login, exits with 0, and needs no code the next time', async () => {
    const first = place.start('--exit-when-ready');
    await place.scan(first);
    expect(await first.exited).toBe(0);
    expect(await first.event('ready')).toMatchObject({ session: 'main', me: '447700900000@c.us', how: 'linked' });
    expect(place.simulator.phone.devices()).toHaveLength(1);
    expect(place.files()).toEqual(['.wakey-sessions']);

    const second = place.start('--exit-when-ready');
    expect(await second.exited).toBe(0);
    expect(await second.event('ready')).toMatchObject({ how: 'resumed' });
    expect(second.lines().filter(({ event }) => event === 'qr')).toEqual([]);
    expect(second.stderr()).toBe('');
  });

  it('prints each line as one object with time, session and event, and each code only in its own event', async () => {
    const wakey = place.start('--exit-when-ready');
    const { qr } = await wakey.event('qr');
    await place.scan(wakey);
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
    const wakey = place.start();
    await place.scan(wakey);
    await wakey.event('ready');
    const { pid } = await wakey.event('browser');
    wakey.child.kill('SIGINT');
    expect(await wakey.exited).toBe(0);
    expect(isAlive(Number(pid))).toBe(false);
    expect(wakey.lines().at(-1)).toMatchObject({ event: 'state', state: 'stopped' });
    const again = place.start('--exit-when-ready');
    expect(await again.exited).toBe(0);
  });

  it('exits with the code of the signal that came before it was ready', async () => {
    for (const [signal, code] of [['SIGINT', 130] as const, ['SIGTERM', 143] as const]) {
      const wakey = place.start('--exit-when-ready');
      await wakey.event('qr');
      wakey.child.kill(signal);
      expect(await wakey.exited).toBe(code);
    }
  });

  it('ends at once at the second Ctrl-C, with its browser', async () => {
    const wakey = place.start();
    await wakey.event('qr');
    const { pid } = await wakey.event('browser');
    // A clean stop would wait for a page that hangs.
    place.simulator.trouble({ hang: true });
    wakey.child.kill('SIGINT');
    await wakey.event('state', ({ state }) => state === 'stopping');
    wakey.child.kill('SIGINT');
    expect(await wakey.exited).toBe(130);
    expect(isAlive(Number(pid))).toBe(false);
  });

  it('stops cleanly when nobody reads its output any more', async () => {
    const wakey = place.start();
    await wakey.event('qr');
    const { pid } = await wakey.event('browser');
    wakey.child.stdout?.destroy();
    expect(await wakey.exited).toBe(0);
    expect(isAlive(Number(pid))).toBe(false);
  });

  it('runs in one of two processes that start at once, and the other names that process', async () => {
    const both = [place.start(), place.start()];
    const loser = await Promise.race(both.map((wakey) => wakey.exited.then(() => wakey)));
    const winner = both.find((wakey) => wakey !== loser);
    expect(await loser.exited).toBe(10);
    expect(loser.lines().at(-1)).toMatchObject({ event: 'ended', reason: 'session-in-use' });
    expect(String(loser.lines().at(-1)?.message)).toContain(`held by wakey start, process ${winner?.pid} `);
    await winner?.event('qr');
  });

  it('ends with the reason and its exit code when the phone unlinks it', async () => {
    const wakey = place.start();
    await place.scan(wakey);
    await wakey.event('ready');
    const [device] = place.simulator.phone.devices();
    place.simulator.phone.unlink(device?.id ?? '');
    expect(await wakey.exited).toBe(50);
    expect(await wakey.event('ended')).toMatchObject({ reason: 'logged-out-by-phone' });
  });

  it('ends after the allowed number of QR codes', async () => {
    const wakey = place.start('--max-qr', '2', '--qr-timeout', '300ms');
    expect(await wakey.exited).toBe(40);
    expect(
      wakey
        .lines()
        .filter(({ event }) => event === 'qr')
        .map(({ seq }) => seq),
    ).toEqual([1, 2]);
  });

  it('shows each QR code to a person, without control codes if its output is no terminal', async () => {
    const wakey = place.wakey('start', '--url', place.simulator.url, '--max-qr', '2', '--qr-timeout', '300ms');
    expect(await wakey.exited).toBe(40);
    expect(wakey.stdout()).toContain('code 1 of 2 · expires in 1 s');
    expect(wakey.stdout()).toContain('code 2 of 2');
    expect(wakey.stdout()).not.toContain('\x1b');
    expect(wakey.stderr()).toContain('✗ Every QR code expired before it was scanned.\n');
    expect(wakey.stderr()).not.toMatch(/^\s+at /m);
  });
});
