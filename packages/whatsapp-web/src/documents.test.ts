import { describe, expect, it } from 'vitest';
import { countDocuments } from './documents.js';

describe('countDocuments', () => {
  it('numbers documents in the order of their first report, and drops late reports of replaced documents', () => {
    const documents = countDocuments();
    expect(documents.heard('a')).toBe(1);
    expect(documents.heard('a')).toBe(1);
    expect(documents.heard('b')).toBe(2);
    expect(documents.heard('a')).toBeUndefined();
    expect(documents.heard('b')).toBe(2);
  });

  it('makes the document that answers the current one', () => {
    const documents = countDocuments();
    expect(documents.ask()('a')).toBe(1);
    expect(documents.ask()('b')).toBe(2);
    expect(documents.ask()('a')).toBe(3);
    expect(documents.heard('b')).toBeUndefined();
  });

  it('drops an answer when another document has reported since the question', () => {
    const documents = countDocuments();
    documents.heard('a');
    const answered = documents.ask();
    documents.heard('b');
    expect(answered('a')).toBeUndefined();
    expect(documents.heard('b')).toBe(2);
    const unknown = documents.ask();
    documents.heard('c');
    expect(unknown('d')).toBeUndefined();
  });

  it('remembers a limited number of documents', () => {
    const documents = countDocuments();
    for (let turn = 0; turn < 1_000; turn += 1) documents.heard(`document ${turn}`);
    expect(documents.heard('document 999')).toBe(1_000);
    expect(documents.heard('document 998')).toBeUndefined();
  });
});
