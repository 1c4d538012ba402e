import { WakeyError } from '@wakey/core';
import { describe, expect, it } from 'vitest';
import { openFate } from './fate.js';

const never = () => new Promise<never>(() => undefined);
const crash = new WakeyError('page-crashed', { what: 'It crashed.', todo: '' });
const lost = new WakeyError('browser-lost', { what: 'It is gone.', todo: '' });

describe('a call in the race against what becomes of the page', () => {
  it('is rejected at once when the page ends, also where the library hangs, and so is every later one', async () => {
    const fate = openFate();
    const call = fate.race('Waiting', 60_000, {}, never);
    fate.end(crash);
    await expect(call).rejects.toBe(crash);
    await expect(fate.race('Waiting', 60_000, {}, async () => 1)).rejects.toBe(crash);
  });

  it('is rejected with the loss of the browser, which outranks a crash but not the other way round', async () => {
    const fate = openFate();
    fate.end(crash);
    fate.end(lost);
    fate.end(crash);
    expect(fate.error()).toBe(lost);
  });

  it.each([
    'cdpSession.send: Target page, context or browser has been closed',
    'Session closed. Most likely the page has been closed.',
    'Page crashed',
  ])('waits for the cause where the library says only: %s', async (message) => {
    const fate = openFate();
    const call = fate.race('Waiting', 60_000, {}, () => Promise.reject(new Error(message)));
    setImmediate(() => fate.end(lost));
    await expect(call).rejects.toBe(lost);
  });

  it('tells its work when nobody waits for it any more', async () => {
    const stop = new AbortController();
    const over = Promise.withResolvers<void>();
    const call = openFate().race('Waiting', 60_000, { signal: stop.signal }, (signal) => {
      signal.addEventListener('abort', () => over.resolve());
      return never();
    });
    stop.abort('reason');
    await expect(call).rejects.toMatchObject({ code: 'aborted', cause: 'reason' });
    await over.promise;
  });
});
