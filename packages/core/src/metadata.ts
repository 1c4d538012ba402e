import { WakeyError } from './errors.js';

/** The most metadata that a store stores with one bundle, in characters of its JSON. */
export const MOST_METADATA = 65_536;

/**
 * A store calls this before it writes a bundle. Throws `invalid-argument` unless the value is an object of strings of at
 * most `most` characters as JSON, so that the store can read back what it wrote.
 */
export function assertMetadata(
  value: unknown,
  most = MOST_METADATA,
): asserts value is Readonly<Record<string, string>> {
  if (!isMetadata(value)) {
    throw refused('Metadata of a bundle must be an object of strings.', 'Remove values that are not strings.');
  }
  const { length } = JSON.stringify(value);
  if (length <= most) return;
  throw refused(
    `Metadata of a bundle has ${length} characters as JSON; the limit is ${most}.`,
    'Shorten it, and put long values into the bundle.',
  );
}

/** Whether a value can be metadata: an object of strings. */
export function isMetadata(value: unknown): value is Readonly<Record<string, string>> {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject && Object.values(value).every((entry) => typeof entry === 'string');
}

function refused(what: string, hint: string): WakeyError {
  return new WakeyError('invalid-argument', { what, hint: `Nothing was changed. ${hint}` });
}
