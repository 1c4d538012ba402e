import { UsageError } from '@wakey/config';
import { WakeyError } from '@wakey/core';
import { expect, it } from 'vitest';
import { exitCodeFor, exitCodes } from './exit-codes.js';

it('has a code of its own for each ending', () => {
  const codes = exitCodes.map(({ code }) => code);
  expect(new Set(codes).size).toBe(codes.length);
  expect(codes.every((code) => code >= 0 && code < 160)).toBe(true);
});

it.each([
  [new UsageError('No such option.'), 2],
  [new WakeyError('invalid-session-id', { what: 'It has a slash.', hint: 'Leave it out.' }), 2],
  [new WakeyError('session-in-use', { what: 'It is held.', hint: 'Stop the holder.' }), 10],
  [new WakeyError('sessions-dir-unusable', { what: 'The disk is full.', hint: 'Make room.' }), 11],
  [
    new WakeyError('wrong-key', { what: 'The key does not open the backup.', hint: 'Use the key of this session.' }),
    13,
  ],
  [new WakeyError('closed', { what: 'It is closed.', hint: 'Open it.' }), 1],
  [new Error('what nobody thought of'), 1],
])('ends after %s with %i', (error, code) => {
  expect(exitCodeFor(error)).toBe(code);
});
