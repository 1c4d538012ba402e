import type { LinkCodeFailureFacts } from '../facts.js';
import type { PlainError } from './page-error.js';

/** Why no link code could be had or used. */
export type Failure = Omit<LinkCodeFailureFacts, 'seq'>;

/** Whether the code that was typed here is not the one that the phone shows. */
export function isWrongEntry({ code }: PlainError): boolean {
  return code === 401;
}

/**
 * What the service's refusal means; undefined when it refused nothing: the line was lost, the server failed, or the page
 * itself threw. 400 stands both for a number it does not know and for one that asks too often: `hadCode` (this number was
 * given a code before) tells them apart.
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
