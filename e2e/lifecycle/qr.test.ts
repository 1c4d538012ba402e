import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Rig, reach, startRig } from '../support/rig.ts';

describe('QR codes', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig();
  });
  afterEach(() => rig.close());

  it.each([1, 2, 3, 4, 5, 6])('number %i of a run can be scanned and links', async (wanted) => {
    const session = rig.session();
    session.on('qr', ({ qr, seq }) => {
      if (seq === wanted) void rig.simulator.phone.scan(qr.reveal());
    });
    await session.start();
    await session.ready();
  });

  it('that nobody scans within qrTimeout are replaced by new ones, which count towards maxQr', async () => {
    const session = rig.session({ policy: { qrTimeout: 700, maxQr: 3 } });
    const seen: { readonly seq: number; readonly remaining: number }[] = [];
    const codes = new Set<string>();
    session.on('qr', ({ qr, seq, remaining, issuedAt, expiresAt }) => {
      seen.push({ seq, remaining });
      codes.add(qr.reveal());
      expect(expiresAt - issuedAt).toBeLessThanOrEqual(700);
    });
    await session.start();
    expect(await reach(session, 'ended')).toMatchObject({ reason: 'qr-exhausted' });
    expect(seen).toEqual([
      { seq: 1, remaining: 2 },
      { seq: 2, remaining: 1 },
      { seq: 3, remaining: 0 },
    ]);
    expect(codes.size).toBe(3);
  });

  it('continue after the page’s own six, because Wakey requests new ones from an idle page', async () => {
    const session = rig.session({ policy: { maxQr: 8 } });
    session.on('qr', ({ qr, seq }) => {
      if (seq === 8) void rig.simulator.phone.scan(qr.reveal());
    });
    await session.start();
    await session.ready();
  });

  it('that have expired cannot be read from an event or a state', async () => {
    const session = rig.session({ policy: { qrTimeout: 700, maxQr: 2 } });
    const codes: (() => string)[] = [];
    session.on('qr', ({ qr }) => codes.push(() => qr.reveal()));
    session.on('state', (state) => state.name === 'awaiting-qr' && codes.push(() => state.qr.reveal()));
    await session.start();
    await reach(session, 'ended');
    expect(codes.length).toBe(4);
    for (const code of codes) expect(code).toThrow('expired');
  });

  it('end with the browser when the last one expires, and begin again at the next start', async () => {
    const session = rig.session({ policy: { qrTimeout: 500, maxQr: 1 } });
    await session.start();
    await reach(session, 'ended');
    expect(session.page).toBeUndefined();
    await session.start();
    expect(await reach(session, 'awaiting-qr')).toMatchObject({ seq: 1, remaining: 0 });
  });
});
