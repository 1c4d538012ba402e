import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Rig, type RigSession, reach, startRig, trail } from '../support/rig.ts';

const phone = '447700900000';

describe('linking by code', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig();
  });
  afterEach(() => rig.close());

  async function begin(options: RigSession = {}, number = phone) {
    const session = rig.session(options);
    const fallbacks: string[] = [];
    session.on('fallback', ({ why }) => fallbacks.push(why));
    await session.start({ phone: number });
    return { session, fallbacks };
  }

  it('shows a code that links when a person types it on the phone, and shows no QR code meanwhile', async () => {
    const { session } = await begin({}, '+44 7700 900000');
    const seen = trail(session);
    const { code, expiresAt, issuedAt } = await reach(session, 'awaiting-link-code');
    if (code.direction !== 'type-on-phone') throw new Error(`The code is to be typed ${code.direction}.`);
    expect(code.code.reveal()).toMatch(/^[1-9A-HJ-NP-TV-Z]{8}$/);
    expect(expiresAt).toBeGreaterThan(issuedAt);
    await rig.simulator.phone.enterCode(code.code.reveal());
    await session.ready();
    expect(seen).not.toContain('awaiting-qr');
  });

  it('asks for the code that the phone shows, and asks again after a wrong entry', async () => {
    rig.simulator.trouble({ linkCodeShownOn: 'phone' });
    const { session } = await begin();
    const asked: boolean[] = [];
    session.on('link-code', ({ code }) => asked.push(code.direction === 'type-here' && code.again));
    const { code } = await reach(session, 'awaiting-link-code');
    expect(code).toMatchObject({ direction: 'type-here', again: false });
    const askedAgain = new Promise<void>((resolve) => {
      session.on('link-code', () => resolve());
    });
    await session.submitLinkCode('AAAA1111');
    await askedAgain;
    expect(asked.at(-1)).toBe(true);
    await session.submitLinkCode(rig.simulator.phone.shownCode() ?? '');
    await session.ready();
  });

  it('replaces a code that expires, up to maxLinkCodes, then falls back to QR codes and reports that', async () => {
    const { session, fallbacks } = await begin({ policy: { linkCodeTimeout: 500, maxLinkCodes: 2 } });
    const codes = new Set<string>();
    session.on('link-code', ({ code }) => code.direction === 'type-on-phone' && codes.add(code.code.reveal()));
    const { code } = await reach(session, 'awaiting-link-code');
    if (code.direction === 'type-on-phone') codes.add(code.code.reveal());
    const { qr } = await reach(session, 'awaiting-qr');
    expect(codes.size).toBe(2);
    expect(fallbacks).toEqual(['link-codes-exhausted']);
    await rig.simulator.phone.scan(qr.reveal());
    await session.ready();
  });

  it('ends with the reason if the policy allows no fallback', async () => {
    const { session } = await begin({ policy: { linkCodeTimeout: 500, maxLinkCodes: 1, linkCodeFallback: 'none' } });
    expect(await reach(session, 'ended')).toMatchObject({ reason: 'link-codes-exhausted' });
  });

  it('ends as wrong-phone-number for a number that WhatsApp does not know', async () => {
    const { session } = await begin({ policy: { linkCodeFallback: 'none' } }, '15551234567');
    expect(await reach(session, 'ended')).toMatchObject({ reason: 'wrong-phone-number' });
  });

  it('ends as rate-limited with the time to wait', async () => {
    rig.simulator.trouble({ linkCodeLimit: 0 });
    const { session } = await begin({ policy: { linkCodeFallback: 'none' } });
    const ended = await reach(session, 'ended');
    expect(ended.reason).toBe('rate-limited');
    expect(ended.retryAfter).toBeGreaterThan(0);
  });

  it('ends as too-many-devices for an account that has no room for another device', async () => {
    for (const id of ['one', 'two', 'three', 'four']) {
      const other = rig.session({ id });
      other.on('qr', ({ qr }) => void rig.simulator.phone.scan(qr.reveal()));
      await other.start();
      await other.ready();
      await other.stop();
    }
    const { session } = await begin({ policy: { linkCodeFallback: 'none' } });
    const { code } = await reach(session, 'awaiting-link-code');
    if (code.direction === 'type-on-phone') await rig.simulator.phone.enterCode(code.code.reveal());
    expect(await reach(session, 'ended')).toMatchObject({ reason: 'too-many-devices' });
  });

  it('refuses a national number before a browser starts, with the reason', async () => {
    const session = rig.session();
    await expect(session.start({ phone: '07700 900000' })).rejects.toMatchObject({ code: 'invalid-phone-number' });
    expect(session.state.name).toBe('stopped');
  });
});
