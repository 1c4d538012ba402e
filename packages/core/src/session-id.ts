import { WakeyError } from './errors.js';

/**
 * Returns `id` if it can name a session everywhere (a directory, an object key, a URL segment): 1 to 64 letters, digits,
 * `.`, `_`, `-`, beginning with a letter or digit, not ending with a dot, no device name of Windows. Throws
 * `invalid-session-id` otherwise.
 */
export function parseSessionId(id: string): string {
  const problem = problemOf(id);
  if (problem === undefined) return id;
  throw new WakeyError('invalid-session-id', {
    what: `${shown(id)} cannot name a session: ${problem}.`,
    hint: 'Use 1 to 64 letters, digits, ".", "_" or "-", beginning with a letter or digit, such as "main".',
  });
}

function problemOf(id: unknown): string | undefined {
  if (typeof id !== 'string') return 'it is not a string';
  if (id === '') return 'it is empty';
  if (id.length > 64) return `it has ${id.length} characters`;
  if (!/^[A-Za-z0-9]/.test(id)) return 'it does not begin with a letter or digit';
  const wrong = /[^A-Za-z0-9._-]/.exec(id);
  if (wrong !== null) return `it contains ${JSON.stringify(wrong[0])}`;
  if (id.endsWith('.')) return 'it ends with a dot';
  if (/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(id)) return 'Windows reserves that name for a device';
  return undefined;
}

function shown(id: unknown): string {
  const text = typeof id === 'string' ? JSON.stringify(id) : `A ${typeof id}`;
  return text.length > 40 ? `${text.slice(0, 40)}…"` : text;
}

/** Whether `parseSessionId` accepts a name, such as that of a directory. */
export function isSessionId(name: string): boolean {
  return problemOf(name) === undefined;
}
