import { describe, expect, it } from 'vitest';
import { commands } from '../commands.js';
import type { Option } from './option.js';
import { resolveOptions, variableOf } from './resolve.js';
import { browserOptions, linkOptions, pageOptions, sessionOptions, simulatorOptions } from './table.js';

const rows = commands.flatMap(({ name, options }) =>
  Object.entries(options).map(([key, option]): [string, string, Option<unknown>] => [name, key, option]),
);

describe('the tables of options', () => {
  it.each(rows)('%s %s: is found where the parser puts it, and has a variable of its own', (_, key, option) => {
    expect(key).toBe(option.flag.replaceAll(/-(\w)/g, (_match, letter: string) => letter.toUpperCase()));
    expect(variableOf(option)).toMatch(/^WAKEY_[A-Z_]+$/);
    expect(option.doc).toMatch(/[.]$/);
  });

  it('mean the same by a flag in every command', () => {
    const docs = new Map<string, Option<unknown>>();
    for (const [command, , option] of rows) {
      const known = docs.get(option.flag);
      if (known !== undefined && option.flag !== 'speed') expect([command, option]).toEqual([command, known]);
      docs.set(option.flag, option);
    }
  });
});

describe('the value of an option', () => {
  const table = { ...linkOptions, ...pageOptions, ...browserOptions };

  it.each([
    ['7d', 604_800_000],
    ['12h', 43_200_000],
    ['0', 0],
    ['', undefined],
    ['0d', undefined],
    ['367d', undefined],
    ['7', undefined],
  ])('"%s" is a time of days: %s ms', (keepAfterLogout, ms) => {
    const read = () => resolveOptions(sessionOptions, { keepAfterLogout }, {}).keepAfterLogout;
    if (ms === undefined) expect(read).toThrow('such as 7d');
    else expect(read()).toBe(ms);
    expect(resolveOptions(sessionOptions, {}, {}).keepAfterLogout).toBe(604_800_000);
  });

  it('comes from the command line, else from its variable, else from its default', () => {
    const env = { WAKEY_MAX_QR: '3', WAKEY_QR_TIMEOUT: '20s', WAKEY_HEADED: '1', WAKEY_BROWSER_ARG: ' --a  --b=c ' };
    expect(resolveOptions(table, { maxQr: '2', exitWhenReady: true }, env)).toMatchObject({
      maxQr: 2,
      qrTimeout: 20_000,
      headed: true,
      browserArg: ['--a', '--b=c'],
      exitWhenReady: true,
      driver: 'puppeteer',
      browser: undefined,
      takeover: 'once',
    });
  });

  it('takes a variable that is set to nothing for not set', () => {
    expect(resolveOptions(table, {}, { WAKEY_BROWSER: '', WAKEY_MAX_QR: '' })).toMatchObject({
      browser: undefined,
      maxQr: 6,
    });
  });

  it.each([
    ['500ms', 500],
    ['20s', 20_000],
    ['1.5m', 90_000],
    ['3h', 10_800_000],
  ])('reads the duration %s', (text, ms) => {
    expect(resolveOptions(table, { qrTimeout: text }, {}).qrTimeout).toBe(ms);
  });

  it.each([
    [{ qrTimeout: '20' }, '--qr-timeout cannot be "20". Use a number with its unit'],
    [{ qrTimeout: '-3s' }, '--qr-timeout cannot be "-3s".'],
    [{ qrTimeout: '99h' }, 'from 100ms to 24h'],
    [{ maxQr: '0' }, '--max-qr cannot be "0". Use a whole number from 1 to 1000000, such as 6.'],
    [{ maxQr: '2.5' }, '--max-qr cannot be "2.5".'],
    [{ takeover: 'maybe' }, '--takeover cannot be "maybe". Use never, once or always.'],
    [{ url: 'web.whatsapp.com' }, '--url cannot be "web.whatsapp.com". Use a whole address'],
    [{ url: 'file:///etc/passwd' }, '--url cannot be'],
    [{ browser: '' }, '--browser cannot be "". It is empty.'],
  ])('refuses %j with the option and an example', (given, words) => {
    expect(() => resolveOptions(table, given, {})).toThrow(words);
  });

  it('names the variable where that is what is wrong', () => {
    expect(() => resolveOptions(table, {}, { WAKEY_MAX_QR: 'many' })).toThrow('WAKEY_MAX_QR cannot be "many".');
    expect(() => resolveOptions(table, {}, { WAKEY_HEADED: 'maybe' })).toThrow('WAKEY_HEADED cannot be "maybe".');
  });

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
