import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { standInBinary } from '../../packages/drivers/lightpanda/test/stand-in/binary.ts';
import { type CliRig, openCliRig } from '../cli/cli-rig.ts';
import { runWakey, type Wakey } from '../cli/wakey.ts';

/** Runs on a stand-in for Lightpanda's binary. The tests clear `WAKEY_BROWSER`, which would name a Chromium. */
describe('wakey start --driver lightpanda', () => {
  let rig: CliRig;
  let running: Wakey[];
  beforeEach(async () => {
    rig = await openCliRig();
    running = [];
  });
  afterEach(async () => {
    for (const { child } of running) child.kill('SIGTERM');
    await Promise.all(running.map(({ exited }) => exited));
    expect(await rig.close()).toEqual([]);
  });
  const start = (env: Readonly<Record<string, string>>) => {
    const { simulator, folder } = rig;
    const words = ['start', 'main', '--url', simulator.url, '--json', '--exit-when-ready', '--driver', 'lightpanda'];
    const wakey = runWakey(words, { cwd: folder, env: { WAKEY_BROWSER: '', TMPDIR: folder, ...env } });
    running.push(wakey);
    return wakey;
  };

  it('starts the binary that LIGHTPANDA_EXECUTABLE_PATH names, links, and resumes without a code', async () => {
    const binary = await standInBinary({ version: '1.0.2' });
    const wakey = start({ LIGHTPANDA_EXECUTABLE_PATH: binary });
    await rig.scan(wakey);
    expect(await wakey.exited).toBe(0);
    expect(await wakey.event('ready')).toMatchObject({ how: 'linked' });
    const warnings = wakey.lines().filter(({ event }) => event === 'warning');
    expect(JSON.stringify(warnings)).toContain('cannot clone a CryptoKey');
    const again = start({ LIGHTPANDA_EXECUTABLE_PATH: binary });
    expect(await again.exited).toBe(0);
    expect(await again.event('ready')).toMatchObject({ how: 'resumed' });
    expect(again.lines().map(({ event }) => event)).not.toContain('qr');
  });

  it('is examined by doctor, which says that WhatsApp Web may refuse the name of this browser', async () => {
    const binary = await standInBinary({ version: '1.0.2' });
    const { folder } = rig;
    const env = { WAKEY_BROWSER: '', TMPDIR: folder, LIGHTPANDA_EXECUTABLE_PATH: binary };
    const wakey = runWakey(['doctor', '--driver', 'lightpanda'], { cwd: folder, env });
    running.push(wakey);
    expect(await wakey.exited).toBe(0);
    expect(wakey.stdout()).toMatch(/! The user agent is "Lightpanda\/1\.0[^"]*": WhatsApp Web may refuse this browser/);
  });

  it('ends if there is no binary, and names the paths where it looked', async () => {
    const wakey = start({ HOME: join(rig.folder, 'home') });
    expect(await wakey.exited).toBe(20);
    const ended = await wakey.event('ended');
    expect(ended).toMatchObject({ reason: 'browser-unavailable' });
    expect(JSON.stringify(ended)).toContain(join(rig.folder, 'home', '.cache', 'lightpanda-node', 'lightpanda'));
    const named = start({ LIGHTPANDA_EXECUTABLE_PATH: '/nowhere/lightpanda' });
    expect(await named.exited).toBe(20);
    expect(JSON.stringify(await named.event('ended'))).toContain('/nowhere/lightpanda does not exist');
  });
});
