import { describe, expect, it } from 'vitest';
import { toJsonText } from './to-json.js';

describe('toJsonText', () => {
  it('writes JSON that parses back to an equal value', () => {
    const value = { a: [1, -0, 5e-324, 'x\u2028', null, true, {}], '': [[]], é: '😀' };
    expect(JSON.parse(toJsonText(value))).toEqual(value);
  });

  it('omits a property that is undefined', () => {
    expect(toJsonText({ a: undefined, b: 1 })).toBe('{"b":1}');
  });

  it('ignores toJSON, both the value’s and an inherited one', () => {
    expect(() => toJsonText({ toJSON: () => 'mangled' })).toThrow('value.toJSON is a function');
  });

  it.each([
    [[undefined], 'value[0] is undefined'],
    [{ a: { b: [Number.NaN] } }, 'value.a.b[0] is NaN'],
    [{ big: 1n }, 'value.big is a bigint'],
    [[new Date()], 'value[0] is a Date'],
    [new Map(), 'value is a Map'],
  ])('names the path of the first value that would be lost: %o', (value, place) => {
    expect(() => toJsonText(value)).toThrow(place);
  });

  it('refuses a cycle, but accepts one value in two places', () => {
    const twice = { n: 1 };
    expect(toJsonText([twice, twice])).toBe('[{"n":1},{"n":1}]');
    const ring: unknown[] = [];
    ring.push(ring);
    expect(() => toJsonText(ring)).toThrow('value[0] is a cycle');
  });
});
