import { describe, expect, it } from 'vitest';
import { browserText, countText } from './facts.js';

describe('the text about a login', () => {
  it('name no version if the version is unknown', () => {
    expect(browserText({ product: 'Chrome', version: '0' })).toBe('Chrome of an unknown version');
    expect(browserText({ product: 'Chrome', version: '156.0.1.2' })).toBe('Chrome 156.0.1.2');
  });

  it('have a singular', () => {
    expect([0, 1, 2].map((count) => countText(count, 'session'))).toEqual(['0 sessions', '1 session', '2 sessions']);
  });
});
