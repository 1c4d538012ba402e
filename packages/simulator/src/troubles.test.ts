import { describe, expect, it } from 'vitest';
import { noTroubles, parseTroubles, troubleNames, troubleTable } from './troubles.ts';

describe('the table of troubles', () => {
  it('accepts the off value of every trouble', () => {
    for (const name of troubleNames) {
      expect(parseTroubles({ [name]: noTroubles[name] }), name).toEqual({ [name]: noTroubles[name] });
      expect(parseTroubles({ [name]: null }), name).toEqual({ [name]: noTroubles[name] });
    }
  });

  it('explains every trouble', () => {
    for (const name of troubleNames) expect(troubleTable[name].doc.length, name).toBeGreaterThan(20);
  });

  it.each([
    [{ latncy: 5 }, 'There is no trouble "latncy"'],
    [{ latency: '5' }, 'a whole number from 0'],
    [{ latency: -1 }, 'a whole number from 0'],
    [{ outage: 'total' }, 'one of none, socket, all'],
    [{ banned: 'yes' }, 'true or false'],
    [{ missingModules: 'WAWebCmd' }, 'a list of names'],
    [[], 'a JSON object'],
    [null, 'a JSON object'],
    [{ constructor: true }, 'There is no trouble "constructor"'],
  ])('refuses %j and names the accepted values', (input, why) => {
    expect(() => parseTroubles(input)).toThrow(why);
  });
});
