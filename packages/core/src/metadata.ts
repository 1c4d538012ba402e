import { WakeyError } from './errors.js';

/** How much metadata of one bundle a store keeps at most: characters of its JSON. */
export const MOST_METADATA = 65_536;

/**
 * What a store asks of metadata before it keeps a bundle. Throws `invalid-argument` for anything else than an object of
 * strings, and for one of more than `most` characters as JSON: a store must be able to read what it kept.
 */
export function assertMetadata(
  value: unknown,
  most = MOST_METADATA,
): asserts value is Readonly<Record<string, string>> {
  if (!isMetadata(value)) {
    throw refused('Metadata of a bundle is an object of strings.', 'Give one without other values.');
  }
  const { length } = JSON.stringify(value);
  if (length <= most) return;
  throw refused(
    `Metadata of a bundle has ${length} characters as JSON; ${most} are the most.`,
    'Give a shorter one, and put what is long into the bundle.',
  );
}

/** Whether a value can be metadata: an object of strings. */
export function isMetadata(value: unknown): value is Readonly<Record<string, string>> {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject && Object.values(value).every((entry) => typeof entry === 'string');
}

function refused(what: string, todo: string): WakeyError {
  return new WakeyError('invalid-argument', { what, todo: `Nothing was changed. ${todo}` });
}
