import { expect, it } from 'vitest';
import { assertMetadata, MOST_METADATA } from './metadata.js';

const withJsonOf = (length: number) => ({ note: 'x'.repeat(length - '{"note":""}'.length) });

it('accepts metadata up to the limit, and refuses one character more with both numbers', () => {
  expect(() => assertMetadata(withJsonOf(MOST_METADATA))).not.toThrow();
  expect(() => assertMetadata(withJsonOf(MOST_METADATA + 1))).toThrow(
    'has 65537 characters as JSON; the limit is 65536',
  );
});
