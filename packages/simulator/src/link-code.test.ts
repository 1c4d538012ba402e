import { afterEach, describe, expect, it } from 'vitest';
import { shownQr, socket, until, untilReady, type Visit, visit } from '../test/page.ts';
import { type Simulator, startSimulator } from './simulator.ts';

let simulator: Simulator;
let opened: Visit;

async function open(speed = 10, troubles = {}): Promise<Visit> {
  simulator = await startSimulator({ speed, troubles });
  opened = await visit(simulator);
  await shownQr(opened.page);
  return opened;
}

const alt = "require('WAWebAltDeviceLinkingApi')";
const events = "require('WAWebLinkDeviceEvents').WAWebLinkDeviceEvents";

/** Requests a code as whatsapp-web.js does, and returns the code, or the error as data. */
function askForCode(phone = '447700900000'): Promise<unknown> {
  return opened.page.evaluate(`(async () => {
    try {
      ${alt}.setPairingType('ALT_DEVICE_LINKING');
      await ${alt}.initializeAltDeviceLinking();
      return await ${alt}.startAltLinkingFlow('${phone}', true);
    } catch (error) {
      return error instanceof Error ? String(error) : error;
    }
  })()`);
}

/** Records in the page which events of the flow it fires. */
async function noteEvents(): Promise<() => Promise<unknown>> {
  await opened.page.evaluate(`
    globalThis.noted = [];
    ${events}.on('all', (name, value) => noted.push([name.replace('link_device_events:', ''), value?.reason]));
    undefined;
  `);
  return () => opened.page.evaluate('noted');
}

afterEach(async () => {
  await opened.end();
  await simulator.close();
});

describe('linking by a code that is typed on the phone', { timeout: 30_000 }, () => {
  it('links with letters of either case, with or without the dash', async () => {
    const { page } = await open();
    const noted = await noteEvents();
    const code = String(await askForCode());
    expect(code).toMatch(/^[1-9A-HJ-NP-TV-Z]{8}$/);
    expect(await page.$eval('[data-link-code]', (box) => box.getAttribute('data-link-code'))).toBe(
      `${code.slice(0, 4)},${code.slice(4)}`,
    );
    const typed = `${code.slice(0, 4)}-${code.slice(4)}`.toLowerCase();
    expect(await simulator.phone.enterCode(typed)).toMatchObject({ ok: true });
    await untilReady(page);
    expect(await noted()).toEqual([['primary_hello_received', null]]);
  });

  it('also works through the other module that requests codes', async () => {
    const { page } = await open();
    const action = "require('WAWebLinkDeviceAction')";
    const ask = `${action}.genLinkDeviceCodeForPhoneNumber('447700900000', true)`;
    const first = String(await page.evaluate(ask));
    const second = String(await page.evaluate(ask));
    expect(await simulator.phone.enterCode(first)).toMatchObject({ ok: false, reason: 'wrong-code' });
    expect(await simulator.phone.enterCode(second)).toMatchObject({ ok: true });
    await untilReady(page);
  });

  it('has no secret for a QR code meanwhile, and returns to a QR code that can be scanned', async () => {
    const { page } = await open();
    await askForCode();
    expect(await page.evaluate("require('WAWebUserPrefsMultiDevice').getADVSecretKey()")).toBeNull();
    expect(await page.$('canvas')).toBeNull();
    await page.evaluate(`${alt}.initializeQRLinking()`);
    expect(await simulator.phone.enterCode('ABCD1234')).toMatchObject({ reason: 'no-code-asked' });
    expect(await simulator.phone.scan(await shownQr(page))).toMatchObject({ ok: true });
  });

  it('drops a code after three wrong entries', async () => {
    await open();
    const noted = await noteEvents();
    const code = String(await askForCode());
    const reasons = [];
    for (const _ of [1, 2, 3]) reasons.push(await simulator.phone.enterCode('WRNG1234'));
    expect(reasons).toMatchObject([
      { reason: 'wrong-code' },
      { reason: 'wrong-code' },
      { reason: 'too-many-attempts' },
    ]);
    expect(await simulator.phone.enterCode(code)).toMatchObject({ reason: 'no-code-asked' });
    await until(opened.page, 'noted.length > 0');
    expect(await noted()).toEqual([['refresh_alt_linking_code', 'too-many-attempts']]);
  });

  it('lets a code expire', async () => {
    const { page } = await open(200);
    await noteEvents();
    const code = String(await askForCode());
    await until(page, 'noted.length > 0');
    expect(await page.evaluate('noted[0][0]')).toBe('force_manual_refresh');
    expect(await page.$('[data-link-code]')).toBeNull();
    await until(page, `${socket}.state === 'UNPAIRED_IDLE'`);
    expect(await simulator.phone.enterCode(code)).toMatchObject({ ok: false, reason: 'expired-code' });
  });

  it('throws a plain object for an unknown number and for an invalid number', async () => {
    await open();
    const refusal = { type: { name: 'IQErrorBadRequest', value: { code: 400, text: 'bad-request' } } };
    expect(await askForCode('15550000000')).toEqual(refusal);
    expect(await askForCode('+44 7700')).toEqual(refusal);
  });

  it('limits how often a number may request a code, and returns how long to wait', async () => {
    await open(10, { linkCodeLimit: 2 });
    await askForCode();
    await askForCode();
    expect(await askForCode()).toMatchObject({
      type: { name: 'IQErrorRateOverlimit', value: { code: 429, text: 'rate-overlimit', backoff: expect.any(Number) } },
    });
  });

  it('tells the page that the account already has four devices', async () => {
    const linked = [1, 2, 3, 4].map((index) => ({
      id: `447700900000:${index}@c.us`,
      account: '447700900000',
      index,
      platform: '1',
      linkedAt: 0,
      noiseKey: '',
      identityKey: '',
    }));
    simulator = await startSimulator({ speed: 10, linked });
    opened = await visit(simulator);
    await shownQr(opened.page);
    const noted = await noteEvents();
    const code = String(await askForCode());
    expect(await simulator.phone.enterCode(code)).toMatchObject({ reason: 'too-many-devices' });
    await until(opened.page, 'noted.length > 1');
    expect(await noted()).toContainEqual(['error_alt_linking', 'too-many-devices']);
  });

  it('drops the code when the connection on which it was requested is lost', async () => {
    const { page } = await open();
    await noteEvents();
    await askForCode();
    simulator.trouble({ outage: 'socket' });
    await until(page, 'noted.length > 0');
    expect(await page.evaluate('noted[0][0]')).toBe('force_manual_refresh');
  });
});

describe('linking by a code that the phone shows', { timeout: 30_000 }, () => {
  it('accepts another entry after a wrong one, and links with the right code', async () => {
    const { page } = await open(10, { linkCodeShownOn: 'phone' });
    expect(await askForCode()).toBeNull();
    const entry = "require('WAWebLinkDeviceCodeEntry')";
    expect(await page.evaluate(`${entry}.isCodeEntryAwaited()`)).toBe(true);
    const code = simulator.phone.shownCode() ?? '';
    const wrong = await page.evaluate(`${entry}.submitLinkCode('WRNG1234').catch((error) => error)`);
    expect(wrong).toMatchObject({ type: { value: { code: 401, text: 'wrong-code' } } });
    await page.type('[data-testid="link-device-code-entry"] input', `${code.slice(0, 4)}-${code.slice(4)}`);
    await page.click('[data-testid="link-device-code-entry"] button');
    await untilReady(page);
  });

  it('ends after three wrong entries', async () => {
    const { page } = await open(10, { linkCodeShownOn: 'phone' });
    await askForCode();
    const submit = `require('WAWebLinkDeviceCodeEntry').submitLinkCode('WRNG1234').catch((error) => error)`;
    for (const _ of [1, 2, 3]) await page.evaluate(submit);
    expect(simulator.phone.shownCode()).toBeUndefined();
  });
});
