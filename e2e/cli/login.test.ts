import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startAuthenticator } from '../support/authenticator.ts';
import { type CliRig, openCliRig } from './cli-rig.ts';

describe('the commands for logins', () => {
  let rig: CliRig;
  beforeEach(async () => {
    rig = await openCliRig();
  });
  afterEach(async () => {
    expect(await rig.close()).toEqual([]);
  });

  it('wakey status prints the account of a session, whether it is linked, and which process runs it', async () => {
    const none = rig.wakey('status');
    await none.exited;
    expect(none.stdout()).toContain('No sessions in');
    await rig.link();
    const wakey = rig.start();
    await wakey.event('ready');
    const status = rig.wakey('status', '--json');
    expect(await status.exited).toBe(0);
    expect(JSON.parse(status.stdout())).toMatchObject({
      session: 'main',
      isLinked: true,
      me: '447700900000@c.us',
      driver: 'puppeteer',
      isRunning: true,
      holder: { pid: wakey.pid, program: 'wakey start' },
    });
    const text = rig.wakey('status', 'main');
    await text.exited;
    expect(text.stdout()).toContain('linked as 447700900000@c.us');
  });

  it('wakey logout unlinks the device, and the next start needs a code', async () => {
    await rig.link();
    const logout = rig.wakey('logout', 'main', '--url', rig.simulator.url, '--json');
    expect(await logout.exited).toBe(0);
    expect(rig.simulator.phone.devices()).toEqual([]);
    const wakey = rig.start();
    await wakey.event('qr');
  });

  it('wakey logout reports a session that is not linked', async () => {
    const wakey = rig.start();
    await wakey.event('qr');
    wakey.child.kill('SIGINT');
    await wakey.exited;
    const logout = rig.wakey('logout', 'main', '--url', rig.simulator.url);
    expect(await logout.exited).toBe(2);
    expect(logout.stderr()).toContain('Session "main" is not linked');
    expect(logout.stdout()).not.toMatch(/█|awaiting/);
  });

  it.each(['logout', 'relink'])('wakey %s creates no session when the named session does not exist', async (verb) => {
    const wakey = rig.wakey(verb, 'main', '--url', rig.simulator.url);
    expect(await wakey.exited).toBe(2);
    expect(wakey.stderr()).toContain('There is no session "main"');
    expect(rig.files()).toEqual([]);
  });

  it('wakey relink shows a new code for a linked session, and links it again', async () => {
    await rig.link();
    const relink = rig.wakey('relink', 'main', '--url', rig.simulator.url, '--json', '--exit-when-ready');
    expect(await relink.event('state', ({ state }) => state === 'awaiting-qr')).toMatchObject({ why: 'relink' });
    await rig.scan(relink);
    expect(await relink.exited).toBe(0);
    expect(await relink.event('ready')).toMatchObject({ how: 'linked' });
  });

  it('wakey start --link-code shows a code to type on the phone', async () => {
    const wakey = rig.start('--link-code', '447700900000', '--exit-when-ready');
    const { code } = await wakey.event('link-code');
    expect(String(code)).toMatch(/^[A-Z0-9]{4}-?[A-Z0-9]{4}$/);
    const result = await rig.simulator.phone.enterCode(String(code));
    expect(result).toMatchObject({ ok: true });
    expect(await wakey.exited).toBe(0);
    expect(wakey.lines().filter(({ event }) => event === 'qr')).toEqual([]);
  });

  it('wakey start --link-code reads the code that the phone shows from its input, and asks again after a wrong code', async () => {
    rig.simulator.trouble({ linkCodeShownOn: 'phone' });
    const wakey = rig.start('--link-code', '447700900000', '--exit-when-ready');
    await wakey.event('link-code', ({ direction, again }) => direction === 'type-here' && again === false);
    wakey.child.stdin?.write('AAAA-AAAA\n');
    await wakey.event('link-code', ({ again }) => again === true);
    wakey.child.stdin?.write(`${rig.simulator.phone.shownCode()}\n`);
    expect(await wakey.exited).toBe(0);
    expect(wakey.stderr()).toContain('That code was wrong.');
  });

  it('wakey start reads the assertion for a passkey request from its input', async () => {
    rig.simulator.trouble({ passkey: true });
    const url = rig.simulator.url.replace('127.0.0.1', 'localhost');
    const authenticator = await startAuthenticator(rig.simulator, url);
    const wakey = rig.wakey('start', 'main', '--url', url, '--json', '--exit-when-ready');
    // The phone answers only after the service has checked the passkey.
    const scanned = rig.scan(wakey);
    const { request } = await wakey.event('passkey');
    wakey.child.stdin?.write(`${await authenticator.sign(String(request))}\n`);
    expect(await wakey.exited).toBe(0);
    await scanned;
    await authenticator.close();
    expect(wakey.stderr()).not.toContain(JSON.parse(String(request)).challenge);
  });

  it('wakey start reads the refusal of a passkey request from its input, and exits with the code for it', async () => {
    rig.simulator.trouble({ passkey: true });
    const wakey = rig.start('--exit-when-ready');
    const scanned = expect(rig.scan(wakey)).rejects.toThrow('refused');
    await wakey.event('passkey');
    wakey.child.stdin?.write('rubbish\nrefuse\n');
    expect(await wakey.exited).toBe(46);
    expect(wakey.stderr()).toContain('That is no assertion.');
    await scanned;
  });
});
