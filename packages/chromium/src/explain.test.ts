import { WakeyError } from '@wakey/core';
import { expect, it } from 'vitest';
import { openLibraryCalls } from './explain.js';

const lost = new WakeyError('browser-lost', { what: 'It is gone.', hint: '' });

it.each([
  'cdpSession.send: Target page, context or browser has been closed',
  'Session closed. Most likely the page has been closed.',
  'Page crashed',
])('waits for the cause if the library reports only: %s', async (message) => {
  const calls = openLibraryCalls();
  const call = calls.run('Waiting', {}, () => Promise.reject(new Error(message)));
  setImmediate(() => calls.end(lost));
  await expect(call).rejects.toBe(lost);
});
