import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startAuthenticator } from '../support/authenticator.ts';
import { openPlace, type Place } from './place.ts';

describe('the commands for logins', () => {
  let place: Place;
  beforeEach(async () => {
    place = await openPlace();
  });
  afterEach(async () => {
    expect(await place.close()).toEqual([]);
  });

  it('wakey status prints the account of a session, whether it is linked, and which process runs it', async () => {
    const none = place.wakey('status');
    await none.exited;
    expect(none.stdout()).toContain('No sessions in');
    await place.link();
    const wakey = place.start();
    await wakey.event('ready');
    const status = place.wakey('status', '--json');
    expect(await status.exited).toBe(0);
    expect(JSON.parse(status.stdout())).toMatchObject({
      session: 'main',
      isLinked: true,
      me: '447700900000@c.us',
      driver: 'puppeteer',
      isRunning: true,
      holder: { pid: wakey.pid, program: 'wakey start' },
    });
    const text = place.wakey('status', 'main');
    await text.exited;
    expect(text.stdout()).toContain('linked as 447700900000@c.us');
  });

  it('wakey logout unlinks the device, and the next start needs a code', async () => {
    await place.link();
    const logout = place.wakey('logout', 'main', '--url', place.simulator.url, '--json');
    expect(await logout.exited).toBe(0);
    expect(place.simulator.phone.devices()).toEqual([]);
    const wakey = place.start();
    await wakey.event('qr');
  });

  it('wakey logout reports a session that is not linked', async () => {
    const wakey = place.start();
    await wakey.event('qr');
    wakey.child.kill('SIGINT');
    await wakey.exited;
    const logout = place.wakey('logout', 'main', '--url', place.simulator.url);
    expect(await logout.exited).toBe(2);
    expect(logout.stderr()).toContain('Session "main" is not linked');
    expect(logout.stdout()).not.toMatch(/█|awaiting/);
  });

  it.each(['logout', 'relink'])('wakey %s creates no session when the named session does not exist', async (verb) => {
    const wakey = place.wakey(verb, 'main', '--url', place.simulator.url);
    expect(await wakey.exited).toBe(2);
    expect(wakey.stderr()).toContain('There is no session "main"');
    expect(place.files()).toEqual([]);
  });

  it('wakey relink shows a new code for a linked session, and links it again', async () => {
    await place.link();
    const relink = place.wakey('relink', 'main', '--url', place.simulator.url, '--json', '--exit-when-ready');
    expect(await relink.event('state', ({ state }) => state === 'awaiting-qr')).toMatchObject({ why: 'relink' });
    await place.scan(relink);
    expect(await relink.exited).toBe(0);
    expect(await relink.event('ready')).toMatchObject({ how: 'linked' });
  });

  it('wakey start --link-code shows a code to type on the phone', async () => {
    const wakey = place.start('--link-code', '447700900000', '--exit-when-ready');
    const { code } = await wakey.event('link-code');
    expect(String(code)).toMatch(/^[A-Z0-9]{4}-?[A-Z0-9]{4}$/);
    const result = await place.simulator.phone.enterCode(String(code));
    expect(result).toMatchObject({ ok: true });
    expect(await wakey.exited).toBe(0);
    expect(wakey.lines().filter(({ event }) => event === 'qr')).toEqual([]);
  });

  it('wakey start --link-code reads the code that the phone shows from its input, and asks again after a wrong code', async () => {
    place.simulator.trouble({ linkCodeShownOn: 'phone' });
    const wakey = place.start('--link-code', '447700900000', '--exit-when-ready');
    await wakey.event('link-code', ({ direction, again }) => direction === 'type-here' && again === false);
    wakey.child.stdin?.write('AAAA-AAAA\n');
    await wakey.event('link-code', ({ again }) => again === true);
    wakey.child.stdin?.write(`${place.simulator.phone.shownCode()}\n`);
    expect(await wakey.exited).toBe(0);
    expect(wakey.stderr()).toContain('That code was wrong.');
  });

  it('wakey start reads the assertion for a passkey request from its input', async () => {
    place.simulator.trouble({ passkey: true });
    const url = place.simulator.url.replace('127.0.0.1', 'localhost');
    const authenticator = await startAuthenticator(place.simulator, url);
    const wakey = place.wakey('start', 'main', '--url', url, '--json', '--exit-when-ready');
    // The phone answers only after the service has checked the passkey.
    const scanned = place.scan(wakey);
    const { request } = await wakey.event('passkey');
    wakey.child.stdin?.write(`${await authenticator.sign(String(request))}\n`);
    expect(await wakey.exited).toBe(0);
    await scanned;
    await authenticator.close();
    expect(wakey.stderr()).not.toContain(JSON.parse(String(request)).challenge);
  });

  it('wakey start reads the refusal of a passkey request from its input, and exits with the code for it', async () => {
    place.simulator.trouble({ passkey: true });
    const wakey = place.start('--exit-when-ready');
    const scanned = expect(place.scan(wakey)).rejects.toThrow('refused');
    await wakey.event('passkey');
    wakey.child.stdin?.write('rubbish\nrefuse\n');
    expect(await wakey.exited).toBe(46);
    expect(wakey.stderr()).toContain('That is no assertion.');
    await scanned;
  });
});
