import { describe, expect, it } from 'vitest';
import { type Facts, parseFacts } from './facts.js';

const facts: Facts = {
  document: 1,
  seq: 1,
  status: 200,
  kind: 'whatsapp',
  missing: [],
  isSettled: true,
  isOnline: true,
  hasSynced: false,
  qr: { text: 'the-code', ttl: 1 },
  isBanned: false,
  isElsewhere: false,
  isAlive: true,
};

describe('parseFacts', () => {
  it('takes what the probe writes', () => {
    expect(parseFacts(JSON.stringify(facts))).toEqual(facts);
  });

  it.each([
    ['something that is not text', facts],
    ['text that is not JSON', '{"qr":"the-code"'],
    ['a list', '[]'],
    ['facts without a level', JSON.stringify({ ...facts, isAlive: undefined })],
    ['facts with a level of another type', JSON.stringify({ ...facts, missing: [1] })],
    ['facts with an unknown word', JSON.stringify({ ...facts, kind: 'the-code' })],
  ])('refuses %s, without repeating it', (_, input) => {
    expect(() => parseFacts(input)).toThrow(TypeError);
    expect(() => parseFacts(input)).not.toThrow('the-code');
  });
});
