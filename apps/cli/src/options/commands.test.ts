import { type Option, resolveOptions, variableOf } from '@wakey/config';
import { describe, expect, it } from 'vitest';
import { commands } from '../commands.js';
import { simulatorOptions } from './commands.js';

const rows = commands.flatMap(({ name, options }) =>
  Object.entries(options).map(([key, option]): [string, string, Option<unknown>] => [name, key, option]),
);

describe('the tables of options', () => {
  it.each(rows)('%s %s: has the key that the parser derives from its flag, and a variable', (_, key, option) => {
    expect(key).toBe(option.flag.replaceAll(/-(\w)/g, (_match, letter: string) => letter.toUpperCase()));
    expect(variableOf(option)).toMatch(/^WAKEY_[A-Z_]+$/);
    expect(option.doc).toMatch(/[.]$/);
  });

  it('have the same meaning of a flag in every command', () => {
    const docs = new Map<string, Option<unknown>>();
    for (const [command, , option] of rows) {
      const known = docs.get(option.flag);
      if (known !== undefined && option.flag !== 'speed') expect([command, option]).toEqual([command, known]);
      docs.set(option.flag, option);
    }
  });
});

describe('the value of an option of the simulator', () => {
  it.each([
    [
      { weight: '10MB', line: '1Mbit/s' },
      { weight: 10_000_000, line: 125_000 },
    ],
    [
      { weight: '500kB', line: '256kbit/s' },
      { weight: 500_000, line: 32_000 },
    ],
    [{}, { weight: 0, line: 0 }],
  ])('%j of a slow line is read in bytes, and in bytes a second', (given, read) => {
    expect(resolveOptions(simulatorOptions, given, {})).toMatchObject(read);
  });

  it.each(['10', '10GB', '0MB', '-1MB', '10constructor', '999MB'])('refuses the weight %s', (weight) => {
    expect(() => resolveOptions(simulatorOptions, { weight }, {})).toThrow('--weight cannot be');
  });

  it.each(['0', '-1', 'fast', '1e9'])('refuses the speed %s', (speed) => {
    expect(() => resolveOptions(simulatorOptions, { speed }, {})).toThrow('--speed cannot be');
  });
});
