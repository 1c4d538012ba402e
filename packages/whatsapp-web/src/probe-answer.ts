import { listOf, name, number, object, oneOf, optional, Refused } from './fact-readers.js';

/** The result of a command: accepted, refused in the page's words, or impossible because the page lacks parts. */
export type PlainAnswer =
  | { readonly ok: true }
  | { readonly ok: false; readonly missing: readonly string[] }
  | { readonly ok: false; readonly words: string };

/**
 * Parses the answer to a command. The page can write anything in place of the probe's answer, so an answer of an
 * unknown form counts as a refusal.
 */
export function parseAnswer(text: string): PlainAnswer {
  try {
    const value: unknown = text.length > LONGEST ? undefined : JSON.parse(text);
    if (isTaken(value)) return { ok: true };
    const { why, missing, error } = refusal(value);
    if (why === 'incompatible') return { ok: false, missing };
    const words = [error.name, error.code, error.text].filter((part) => part !== undefined && part !== '').join(' ');
    return { ok: false, words };
  } catch (thrown) {
    // Neither error quotes what the page wrote.
    if (!(thrown instanceof Refused) && !(thrown instanceof SyntaxError)) throw thrown;
    return { ok: false, words: 'its answer has an unknown form' };
  }
}

const LONGEST = 64 * 1024;

const refusal = object({
  why: oneOf(['incompatible', 'refused']),
  missing: listOf(name, 100),
  error: object({ name: words, code: optional(number), text: words }),
});

function isTaken(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'ok' in value && value.ok === true;
}

function words(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
