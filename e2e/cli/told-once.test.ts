import { rmSync, writeFileSync } from 'node:fs';
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

/** Runs `wakey start` to its end. `lines`: the lines that it printed on both streams. */
async function printedBy(...args: readonly string[]) {
  const wakey = rig.wakey('start', 'main', '--url', rig.simulator.url, ...args);
  const code = await wakey.exited;
  return { code, lines: [...wakey.stdout().split('\n'), ...wakey.stderr().split('\n')] };
}

/** Links a session, starts it `starts` times, then removes its profile and damages one backup. */
async function loseProfile({ starts, damaged }: { readonly starts: number; readonly damaged: number }): Promise<void> {
  for (let started = 0; started < starts; started += 1) {
    const wakey = rig.start('--exit-when-ready');
    if (started === 0) await rig.scan(wakey);
    expect(await wakey.exited).toBe(0);
    // Without this record the next stop writes a whole backup.
    rmSync(join(rig.folder, '.wakey-sessions/main/following.json'), { force: true });
  }
  rmSync(join(rig.folder, '.wakey-sessions/main/profile'), { recursive: true });
  writeFileSync(join(rig.folder, `.wakey-sessions/main/bundles/${damaged}.bundle`), 'not a bundle');
}

describe('wakey start', () => {
  it('prints an ending as one JSON line with its state, reason and message', async () => {
    const { code, lines } = await printedBy('--json', '--browser', './nowhere');
    expect(code).toBe(20);
    const [ended = '', ...others] = lines.filter((line) => /nowhere|ended|failed/.test(line));
    expect(others).toEqual([]);
    expect(JSON.parse(ended)).toMatchObject({
      ...{ event: 'ended', state: 'ended', reason: 'browser-unavailable', detail: expect.stringContaining('nowhere') },
      message: expect.stringMatching(
        /^No browser was found: The browser .*nowhere does not exist\. Set "executable" to [^.]*\.$/,
      ),
    });
  });

  it.each([[['--json']], [[]]])('prints once that the only backup is damaged, given %j', async (args) => {
    await loseProfile({ starts: 1, damaged: 1 });
    const { code, lines } = await printedBy(...args);
    expect(code).toBe(11);
    expect(lines.filter((line) => /damaged|1\.bundle|cannot be read/.test(line))).toHaveLength(1);
  });

  it('prints once that it skips a damaged backup and uses the one before', async () => {
    await loseProfile({ starts: 2, damaged: 2 });
    const { code, lines } = await printedBy('--json', '--exit-when-ready');
    expect(code).toBe(0);
    expect(lines.filter((line) => line.includes('2.bundle'))).toEqual([expect.stringContaining(' warn ')]);
  });
});
