import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CliRig, openCliRig } from '../cli/cli-rig.ts';

describe('wakey start --driver', () => {
  let rig: CliRig;
  beforeEach(async () => {
    rig = await openCliRig();
  });
  afterEach(async () => {
    expect(await rig.close()).toEqual([]);
  });

  it('links with one driver, and resumes with the other without a code', async () => {
    const first = rig.start('--exit-when-ready', '--driver', 'playwright');
    await rig.scan(first);
    expect(await first.exited).toBe(0);
    expect(await first.event('ready')).toMatchObject({ how: 'linked' });
    const second = rig.start('--exit-when-ready', '--driver', 'puppeteer');
    expect(await second.exited).toBe(0);
    expect(await second.event('ready')).toMatchObject({ how: 'resumed' });
    expect(second.stderr()).toBe('');
  });
});
