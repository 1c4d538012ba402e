import type { LinkCodeFailureFacts } from '../facts.js';
import type { PlainError } from './page-error.js';

/** Why the page received no link code, or why the link code did not work. */
export type Failure = Omit<LinkCodeFailureFacts, 'seq'>;

/** Whether the code that was typed into the page differs from the code on the phone. */
export function isWrongEntry({ code }: PlainError): boolean {
  return code === 401;
}

/**
 * Returns the meaning of the service's refusal. Returns undefined if the service refused nothing: the connection was
 * lost, the server failed, or the page itself threw. Code 400 stands for an unknown number and for too many requests
 * alike; `hadCode` (this number received a code before) distinguishes them.
 */
export function failureOf({ name, code, text, retryAfter }: PlainError, hadCode: boolean): Failure | undefined {
  const said = `${name} ${text}`;
  if (/too-?many-?devices/i.test(said)) return { why: 'too-many-devices' };
  if (code === undefined || code >= 499) return undefined;
  const wait = retryAfter === undefined ? {} : { retryAfter };
  if (code === 429 || /over-?limit/i.test(said)) return { why: 'rate-limited', ...wait };
  if (code === 410 || /expired/i.test(said)) return { why: 'expired' };
  if (code === 400) return hadCode ? { why: 'rate-limited', ...wait } : { why: 'wrong-number' };
  return { why: 'rejected' };
}
