import { secret } from '@wakey/core';
import { afterEach, describe, expect, it } from 'vitest';
import { isReady, type Visit, visit } from './visit.js';

const visits: Visit[] = [];
const phone = '447700900000';

async function open(...args: Parameters<typeof visit>): Promise<Visit> {
  const opened = await visit(...args);
  visits.push(opened);
  return opened;
}

afterEach(async () => {
  for (const opened of visits.splice(0)) await opened.close();
});

describe('A link code', () => {
  it('that is requested before the page is ready for it appears here, and links when a person types it on the phone', async () => {
    const { opened, next, signals, simulator } = await open();
    await opened.perform({ type: 'request-link-code', phone });
    const shown = await next('link-code', 0);
    if (shown.type !== 'link-code') throw new Error('There is no code.');
    expect(shown.code.reveal()).toMatch(/^[1-9A-HJ-NP-Z]{8}$/);
    expect(shown.ttl).toBeGreaterThan(0);
    const since = signals.length;
    expect(await simulator.phone.enterCode(shown.code.reveal())).toMatchObject({ ok: true });
    await next(isReady, since);
    expect(signals.slice(since).map(({ type }) => type)).not.toContain('qr');
  });

  it('that the phone shows is typed here; a wrong entry asks again', async () => {
    const { opened, next, simulator } = await open({ simulator: { speed: 5, troubles: { linkCodeShownOn: 'phone' } } });
    const wanted = next('link-code-wanted', 0);
    await opened.perform({ type: 'request-link-code', phone });
    expect(await wanted).toMatchObject({ again: false });
    const again = next((signal) => signal.type === 'link-code-wanted' && signal.again);
    await opened.perform({ type: 'submit-link-code', code: secret('WRNG1234') });
    await again;
    const linked = next(isReady);
    await opened.perform({ type: 'submit-link-code', code: secret(simulator.phone.shownCode() ?? '') });
    await linked;
  });

  it('for a number that WhatsApp does not know is a wrong number', async () => {
    const { opened, next } = await open();
    const failed = next('link-code-failed', 0);
    await opened.perform({ type: 'request-link-code', phone: '15551234567' });
    expect(await failed).toMatchObject({ why: 'wrong-number' });
  });

  it('that is requested too often fails with the time to wait', async () => {
    const { opened, next } = await open({ simulator: { speed: 5, troubles: { linkCodeLimit: 0 } } });
    const failed = next('link-code-failed', 0);
    await opened.perform({ type: 'request-link-code', phone });
    expect(await failed).toEqual({ type: 'link-code-failed', why: 'rate-limited', retryAfter: expect.any(Number) });
  });

  it('of an account that has too many devices fails with that reason', async () => {
    const device = { account: phone, noiseKey: 'a', identityKey: 'b', platform: '1', linkedAt: 0 };
    const linked = [1, 2, 3, 4].map((index) => ({ ...device, index, id: `${phone}:${index}@c.us` }));
    const { opened, next, simulator } = await open({ simulator: { speed: 5, linked } });
    const shown = next('link-code', 0);
    await opened.perform({ type: 'request-link-code', phone });
    const code = await shown;
    const failed = next('link-code-failed');
    await simulator.phone.enterCode(code.type === 'link-code' ? code.code.reveal() : '');
    expect(await failed).toMatchObject({ why: 'too-many-devices' });
  });

  it('that expires is reported, and a QR code replaces it on request', async () => {
    const { opened, next, scan } = await open({ simulator: { speed: 100 } });
    const failed = next('link-code-failed', 0);
    await opened.perform({ type: 'request-link-code', phone });
    expect(await failed).toEqual({ type: 'link-code-failed', why: 'expired' });
    const code = next('qr');
    await opened.perform({ type: 'use-qr' });
    await code;
    await scan();
  });

  it('is refused once a device is linked', async () => {
    const visited = await open();
    await visited.link();
    const refusal = visited.opened.perform({ type: 'request-link-code', phone });
    await expect(refusal).rejects.toMatchObject({ code: 'page-command-failed' });
  });
});
