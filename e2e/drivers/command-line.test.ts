import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openPlace, type Place } from '../cli/place.ts';

describe('wakey start --driver', () => {
  let place: Place;
  beforeEach(async () => {
    place = await openPlace();
  });
  afterEach(async () => {
    expect(await place.close()).toEqual([]);
  });

  it('links with one driver, and resumes with the other without a code', async () => {
    const first = place.start('--exit-when-ready', '--driver', 'playwright');
    await place.scan(first);
    expect(await first.exited).toBe(0);
    expect(await first.event('ready')).toMatchObject({ how: 'linked' });
    const second = place.start('--exit-when-ready', '--driver', 'puppeteer');
    expect(await second.exited).toBe(0);
    expect(await second.event('ready')).toMatchObject({ how: 'resumed' });
    expect(second.stderr()).toBe('');
  });
});
