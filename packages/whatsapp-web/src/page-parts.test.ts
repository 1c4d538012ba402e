import { describe, expect, it } from 'vitest';
import { pageParts } from './page-parts.js';
import { needs } from './probe/table.js';

describe('pageParts', () => {
  it('has a part for every need', () => {
    expect(new Set(pageParts.map(({ need }) => need))).toEqual(new Set(Object.keys(needs)));
  });

  it('names each part of a need once', () => {
    const keys = pageParts.map(({ need, name }) => `${need} ${name}`);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('has at least two parts for each need without which nothing works', () => {
    for (const need of ['socket-state', 'is-registered', 'own-id', 'has-synced', 'qr-ref']) {
      expect(pageParts.filter((part) => part.need === need).length).toBeGreaterThan(1);
    }
  });
});
