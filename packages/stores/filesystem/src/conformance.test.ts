import { noticedInStore, storeClauses } from '@wakey/conformance';
import { describe, expect, it } from 'vitest';
import { filesystemUnderTest } from './testing/under-test.js';

const store = filesystemUnderTest();
const clauses = storeClauses.map((clause) => [clause.name, clause] as const);

describe('the store in a directory keeps every promise of SessionStore', () => {
  it.each(clauses)('%s', (_, { check }) => check(store));
});

describe('the same store with one fault fails the clause for that fault', () => {
  const applying = clauses.filter(([, { needs }]) => needs === undefined || store.capabilities[needs].supported);
  it.each(applying)('%s', async (_, clause) => {
    expect(await noticedInStore(clause, store)).toBeTypeOf('string');
  });
});
