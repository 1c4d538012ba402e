import { WakeyError } from '@wakey/core';
import { describe, expect, it } from 'vitest';
import { openCalls } from './calls.js';

const never = () => new Promise<never>(() => undefined);
const crash = new WakeyError('page-crashed', { what: 'It crashed.', hint: '' });
const lost = new WakeyError('browser-lost', { what: 'It is gone.', hint: '' });

describe('a call on a browser', () => {
  it('rejects at once when the page ends, even if the library hangs, and so does every later call', async () => {
    const calls = openCalls();
    const call = calls.run('Waiting', {}, never);
    calls.end(crash);
    await expect(call).rejects.toBe(crash);
    await expect(calls.run('Waiting', {}, async () => 1)).rejects.toBe(crash);
  });

  it('rejects with the loss of the browser, not with a crash of the page, whichever came first', async () => {
    const calls = openCalls();
    calls.end(crash);
    calls.end(lost);
    calls.end(crash);
    expect(calls.ended()).toBe(lost);
  });

  it('aborts its work when the caller aborts the call', async () => {
    const stop = new AbortController();
    const over = Promise.withResolvers<void>();
    const call = openCalls().run('Waiting', { signal: stop.signal }, (signal) => {
      signal.addEventListener('abort', () => over.resolve());
      return never();
    });
    stop.abort('reason');
    await expect(call).rejects.toMatchObject({ code: 'aborted', cause: 'reason' });
    await over.promise;
  });

  it('rejects with timeout after its deadline, and names the call', async () => {
    const call = openCalls().run('Reading the cookies', { timeout: 5 }, never);
    await expect(call).rejects.toMatchObject({
      code: 'timeout',
      message: expect.stringContaining('Reading the cookies'),
    });
  });

  it('rejects with browser-failed and the library’s message, also if the library throws at once', async () => {
    const call = openCalls().run('Reading the cookies', {}, () => {
      throw new Error('odd words');
    });
    await expect(call).rejects.toMatchObject({ code: 'browser-failed', message: expect.stringContaining('odd words') });
  });
});
