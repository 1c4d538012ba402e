import { describe, expect, it } from 'vitest';
import { failureOf, isWrongEntry } from './link-code-failure.js';
import { plainError } from './page-error.js';

const thrown = (name: string, value: object) => ({ type: { name, value } });

describe('plainError', () => {
  it('reads the minified objects that the page throws', () => {
    const error = plainError(thrown('IQErrorRateOverlimit', { code: 429, text: 'rate-overlimit', backoff: 60 }));
    expect(error).toEqual({ name: 'IQErrorRateOverlimit', code: 429, text: 'rate-overlimit', retryAfter: 60_000 });
  });

  it('reads errors, texts and undefined', () => {
    expect(plainError(new RangeError('too far'))).toEqual({ name: 'RangeError', text: 'too far' });
    expect(plainError('t')).toEqual({ name: 'string', text: 't' });
    expect(plainError(undefined)).toEqual({ name: 'undefined', text: '' });
    expect(plainError({ reason: 'too-many-devices' })).toEqual({ name: 'object', text: 'too-many-devices' });
  });
});

describe('failureOf', () => {
  it.each([
    [429, 'rate-overlimit', false, 'rate-limited'],
    [400, 'bad-request', false, 'wrong-number'],
    [400, 'bad-request', true, 'rate-limited'],
    [410, 'expired', false, 'expired'],
    [403, 'too-many-devices', false, 'too-many-devices'],
    [403, 'forbidden', false, 'rejected'],
    [452, 'feature-not-available', false, 'rejected'],
  ])('%i %s (code given before: %s) means %s', (code, text, hadCode, why) => {
    expect(failureOf(plainError(thrown('IQError', { code, text })), hadCode)).toMatchObject({ why });
  });

  it('returns undefined when the connection was lost, the server failed or the page threw', () => {
    expect(failureOf(plainError(thrown('SocketClosed', { code: 499 })), false)).toBeUndefined();
    expect(failureOf(plainError(thrown('IQError', { code: 500 })), false)).toBeUndefined();
    expect(failureOf(plainError(new TypeError('x is undefined')), false)).toBeUndefined();
  });

  it('distinguishes a wrong entry from a refusal', () => {
    expect(isWrongEntry(plainError(thrown('IQErrorNotAuthorized', { code: 401 })))).toBe(true);
    expect(isWrongEntry(plainError(thrown('IQErrorForbidden', { code: 403 })))).toBe(false);
  });
});
