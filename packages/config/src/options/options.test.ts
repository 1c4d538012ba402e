import { describe, expect, it } from 'vitest';
import { linkPolicy } from './policy.js';
import { resolveOptions } from './resolve.js';
import { browserOptions, linkOptions, pageOptions, sessionOptions } from './table.js';

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
  ])('"%s" is a period: %s ms', (keepAfterLogout, ms) => {
    const read = () => resolveOptions(sessionOptions, { keepAfterLogout }, {}).keepAfterLogout;
    if (ms === undefined) expect(read).toThrow('such as 7d');
    else expect(read()).toBe(ms);
    expect(resolveOptions(sessionOptions, {}, {}).keepAfterLogout).toBe(604_800_000);
  });

  it.each([
    ['3', 3],
    ['1.5', 1.5],
    ['0', 0],
    ['1', undefined],
    ['1001', undefined],
    ['-3', undefined],
    ['three', undefined],
  ])('"%s" is a factor of renewal: %s', (renewAt, factor) => {
    const policy = () => linkPolicy(resolveOptions(linkOptions, { renewAt }, {}));
    if (factor === undefined) expect(policy).toThrow('Use a number from 1.1 to 1000, such as 10, or 0 for never.');
    else expect(policy().renewAt).toBe(factor);
    // Without the option the driver's own factor holds.
    expect(linkPolicy(resolveOptions(linkOptions, {}, {}))).not.toHaveProperty('renewAt');
  });

  it('comes from the command line, else from its variable, else from its default', () => {
    const env = { WAKEY_MAX_QR: '3', WAKEY_QR_TIMEOUT: '20s', WAKEY_HEADED: '1', WAKEY_BROWSER_ARG: ' --a  --b=c ' };
    expect(resolveOptions(table, { maxQr: '2', ignoreCertificateErrors: true }, env)).toMatchObject({
      maxQr: 2,
      qrTimeout: 20_000,
      headed: true,
      browserArg: ['--a', '--b=c'],
      ignoreCertificateErrors: true,
      driver: 'puppeteer',
      browser: undefined,
      takeover: 'once',
    });
  });

  it('ignores a variable that is set to nothing', () => {
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

  it('names the variable if its value is wrong', () => {
    expect(() => resolveOptions(table, {}, { WAKEY_MAX_QR: 'many' })).toThrow('WAKEY_MAX_QR cannot be "many".');
    expect(() => resolveOptions(table, {}, { WAKEY_HEADED: 'maybe' })).toThrow('WAKEY_HEADED cannot be "maybe".');
  });
});
