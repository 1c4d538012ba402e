import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseFacts } from '../facts.js';
import { type Probe, startProbe } from './probe.js';
import { base64, type FakePage, fakePage, qrText, settings } from './testing/fake-page.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});

afterEach(() => {
  vi.useRealTimers();
});

/** Starts a probe on a page that has booted. */
async function start(fake: FakePage = fakePage()): Promise<FakePage & { readonly probe: Probe }> {
  const probe = startProbe(fake.page, settings);
  await vi.advanceTimersByTimeAsync(2_000);
  return Object.assign(fake, { probe });
}

/** Returns the facts that the probe reads now. */
async function read({ probe }: { readonly probe: Probe }) {
  const reading = probe.read();
  await vi.advanceTimersByTimeAsync(4_000);
  return parseFacts(await reading);
}

const offer = (ref: string) => ({ ref, refTTL: 20_000 });

describe('The QR code', () => {
  it('is built from the five fields of the modules', async () => {
    const fake = await start();
    fake.conn.set(offer('2@a'));
    fake.socket.set({ state: 'UNPAIRED' });
    expect((await read(fake)).qr?.text).toBe(qrText('2@a'));
  });

  it('is absent while the page has no ref or a device is registered', async () => {
    const fake = await start();
    fake.socket.set({ state: 'UNPAIRED' });
    expect((await read(fake)).qr).toBeUndefined();
    fake.conn.set(offer('2@a'));
    fake.modules.WAWebUserPrefsMultiDevice ??= {};
    Object.assign(fake.modules.WAWebUserPrefsMultiDevice, { isRegistered: () => true });
    expect((await read(fake)).qr).toBeUndefined();
  });

  it('follows a secret that changes within one ref', async () => {
    const fake = await start();
    fake.conn.set(offer('2@a'));
    fake.socket.set({ state: 'UNPAIRED' });
    await read(fake);
    Object.assign(fake.modules.WAWebUserPrefsMultiDevice ?? {}, { getADVSecretKey: () => base64(9) });
    expect((await read(fake)).qr?.text).toBe(qrText('2@a', 9));
  });

  it('waits until the document draws the code that the modules already have', async () => {
    const fake = await start();
    fake.code = qrText('2@old');
    fake.conn.set(offer('2@a'));
    fake.socket.set({ state: 'UNPAIRED' });
    setTimeout(() => {
      fake.code = `https://wa.me/settings/linked_devices#${qrText('2@a')}`;
    }, 100);
    expect((await read(fake)).qr?.text).toBe(`https://wa.me/settings/linked_devices#${qrText('2@a')}`);
  });

  it('is the one that the document shows if modules and document go on to differ', async () => {
    const fake = await start();
    fake.conn.set(offer('2@a'));
    fake.code = qrText('2@a', 7);
    fake.socket.set({ state: 'UNPAIRED' });
    expect((await read(fake)).qr?.text).toBe(qrText('2@a', 7));
  });

  it('comes from the document while the page does not return its keys', async () => {
    const fake = fakePage();
    fake.modules.WAWebUserPrefsInfoStore = { waNoiseInfo: { get: () => new Promise(() => undefined) } };
    await start(fake);
    fake.conn.set(offer('2@a'));
    fake.code = qrText('2@a');
    fake.socket.set({ state: 'UNPAIRED' });
    expect((await read(fake as typeof fake & { probe: Probe })).qr?.text).toBe(qrText('2@a'));
  });

  it('has its remaining time if the probe saw it appear', async () => {
    const fake = await start();
    fake.conn.set(offer('2@a'));
    fake.socket.set({ state: 'UNPAIRED' });
    await vi.advanceTimersByTimeAsync(5_000);
    const reading = fake.probe.read();
    await vi.advanceTimersByTimeAsync(0);
    const { qr } = parseFacts(await reading);
    expect(qr?.ttl).toBeGreaterThan(14_000);
    expect(qr?.ttl).toBeLessThan(15_100);
  });

  it('has the right remaining time when the page counts in seconds', async () => {
    const fake = await start();
    fake.conn.set({ ref: '2@a', refTTL: 60 });
    fake.socket.set({ state: 'UNPAIRED' });
    expect((await read(fake)).qr?.ttl).toBeGreaterThan(50_000);
  });
});

describe('Reports', () => {
  it('are sent after a change, one for several changes at once', async () => {
    const { conn, socket, reports } = await start();
    const before = reports.length;
    conn.set(offer('2@a'));
    socket.set({ state: 'UNPAIRED' });
    await vi.advanceTimersByTimeAsync(400);
    expect(reports.slice(before)).toEqual([expect.objectContaining({ socket: 'UNPAIRED', qr: expect.anything() })]);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(reports).toHaveLength(before + 1);
  });

  it('also arrive when the page’s event is lost', async () => {
    const { socket, reports } = await start();
    socket.state = 'OPENING';
    await vi.advanceTimersByTimeAsync(1_000);
    expect(reports.at(-1)).toMatchObject({ socket: 'OPENING' });
  });

  it('go to a new function after reportTo, beginning with the current state', async () => {
    const { page, probe } = await start();
    const elsewhere = vi.fn(async (_text: string) => undefined);
    Object.assign(page, { elsewhere });
    probe.reportTo('elsewhere');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(elsewhere).toHaveBeenCalledTimes(1);
  });

  it('that cannot be delivered do not prevent a reading', async () => {
    const fake = await start();
    Object.assign(fake.page, { report: () => Promise.reject(new Error('gone')) });
    fake.socket.set({ state: 'OPENING' });
    expect((await read(fake)).socket).toBe('OPENING');
  });
});

describe('Parts that are missing', () => {
  it('are named, and are settled once nothing more arrives', async () => {
    const fake = fakePage();
    delete fake.modules.WAWebSocketModel;
    const facts = await read(await start(fake));
    expect(facts.missing).toContain('WAWebSocketModel.Socket');
    expect(facts.isSettled).toBe(true);
  });
});

describe('A logout', () => {
  it('is read from the address before the page removes it', async () => {
    const fake = await start(fakePage('?post_logout=1&logout_reason=2'));
    expect((await read(fake)).logout).toEqual({ code: '2', isAwaited: false });
  });

  it('is read from the page’s event, and the page has a moment to state the reason', async () => {
    const { cmd, reports } = await start();
    cmd.trigger('logout_from_bridge');
    await vi.advanceTimersByTimeAsync(100);
    expect(reports.at(-1)).toMatchObject({ logout: { isAwaited: true } });
    await vi.advanceTimersByTimeAsync(3_000);
    expect(reports.at(-1)).toMatchObject({ logout: { isAwaited: false } });
  });

  it('that a page announces is dropped if its device stays registered and connected', async () => {
    const fake = fakePage();
    fake.modules.WAWebUserPrefsMultiDevice = { isRegistered: () => true };
    const { cmd, socket, reports } = await start(fake);
    socket.set({ state: 'CONNECTED', hasSynced: true, stream: 'CONNECTED' });
    cmd.trigger('logout');
    await vi.advanceTimersByTimeAsync(11_000);
    expect(reports.at(-1)).not.toHaveProperty('logout');
  });
});

describe('A temporary ban', () => {
  const bans = (...values: readonly unknown[]) =>
    start().then(async ({ cmd, reports }) => {
      cmd.trigger('account_temporarily_banned_from_bridge', ...values);
      await vi.advanceTimersByTimeAsync(100);
      return reports.at(-1)?.isBanned;
    });

  it('is reported as the page’s event states it, also when the event at a login states that there is none', async () => {
    expect(await bans({ banned: true, code: 101, expire: 60 })).toBe(true);
    expect(await bans({ banned: false })).toBe(false);
  });
});

describe('A connection that was stopped', () => {
  it('is detected when the page reports a connection without a stream for seconds', async () => {
    const fake = fakePage();
    fake.modules.WAWebUserPrefsMultiDevice = { isRegistered: () => true };
    const { socket, reports } = await start(fake);
    socket.set({ state: 'CONNECTED', hasSynced: true, stream: 'DISCONNECTED' });
    await vi.advanceTimersByTimeAsync(2_000);
    expect(reports.at(-1)).toMatchObject({ isStopped: false });
    await vi.advanceTimersByTimeAsync(4_000);
    expect(reports.at(-1)).toMatchObject({ isStopped: true });
  });
});

describe('A link code', () => {
  const api = (fake: FakePage, start: (phone: string) => unknown) => {
    const calls: unknown[][] = [];
    fake.modules.WAWebAltDeviceLinkingApi = {
      setPairingType: (type: string) => calls.push(['type', type]),
      initializeAltDeviceLinking: async () => calls.push(['initialize']),
      startAltLinkingFlow: async (phone: string, push: boolean) => {
        calls.push(['start', phone, push]);
        return start(phone);
      },
    };
    return calls;
  };
  const ask = async (probe: Probe) => {
    const answer = probe.perform({ type: 'request-link-code', phone: '447700900000' }, 30_000);
    await vi.advanceTimersByTimeAsync(1_000);
    return answer.then((text) => JSON.parse(text));
  };

  it('is requested once the page is connected, in the page’s own order of calls', async () => {
    const fake = fakePage();
    const calls = api(fake, () => 'ABCD-1234');
    const { probe, socket } = await start(fake);
    const answered = ask(probe);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(calls).toEqual([]);
    socket.set({ state: 'UNPAIRED' });
    await vi.advanceTimersByTimeAsync(200);
    expect(await answered).toEqual({ ok: true });
    expect(calls).toEqual([['type', 'ALT_DEVICE_LINKING'], ['initialize'], ['start', '447700900000', true]]);
    expect((await read({ probe })).linkCode?.text).toBe('ABCD1234');
  });

  it('that the service refuses is reported as a fact; an error of the page itself fails the command', async () => {
    const fake = fakePage();
    const thrown: unknown[] = [
      { type: { name: 'IQErrorRateOverlimit', value: { code: 429, text: 'rate-overlimit', backoff: 60 } } },
      { type: { name: 't' } },
    ];
    api(fake, () => {
      throw thrown.shift();
    });
    const { probe } = await start(fake);
    fake.socket.set({ state: 'UNPAIRED' });
    expect(await ask(probe)).toEqual({ ok: true });
    const { linkCodeFailure } = await read({ probe });
    expect(linkCodeFailure).toEqual({ seq: 1, why: 'rate-limited', retryAfter: 60_000 });
    expect(await ask(probe)).toEqual({ ok: false, why: 'refused', missing: [], error: { name: 't', text: '' } });
  });

  it.each(['return to QR codes', 'link another number'])(
    'that arrives after the command to %s is not shown',
    async (wish) => {
      const fake = fakePage();
      const late = Promise.withResolvers<string>();
      api(fake, (phone) => (phone === '447700900000' ? late.promise : 'EFGH-5678'));
      const { probe } = await start(fake);
      fake.socket.set({ state: 'UNPAIRED' });
      const first = ask(probe);
      await vi.advanceTimersByTimeAsync(100);
      const next =
        wish === 'return to QR codes'
          ? probe.perform({ type: 'use-qr' }, 30_000)
          : probe.perform({ type: 'request-link-code', phone: '447700900001' }, 30_000);
      await vi.advanceTimersByTimeAsync(100);
      late.resolve('ABCD-1234');
      await Promise.all([first, next]);
      expect((await read({ probe })).linkCode?.text).toBe(wish === 'return to QR codes' ? undefined : 'EFGH5678');
    },
  );

  it('of a page that cannot make one fails with the names of the missing parts', async () => {
    const { probe, socket } = await start();
    socket.set({ state: 'UNPAIRED' });
    expect(await ask(probe)).toMatchObject({ ok: false, why: 'incompatible', missing: { length: 2 } });
  });
});

describe('A sign of life', () => {
  it('is requested while ready: two missing answers mean that the service is silent, one answer that it is alive', async () => {
    const fake = fakePage();
    let answer: () => Promise<unknown> = () => new Promise(() => undefined);
    Object.assign(fake.modules.WAWebUserPrefsMultiDevice ?? {}, { isRegistered: () => true });
    fake.modules.WAWebUserPrefsMeUser = { getMaybeMePnUser: () => ({ _serialized: '1:2@c.us' }) };
    fake.modules.WAWebQueryExistsJob = { queryWidExists: () => answer() };
    const { probe, socket } = await start(fake);
    socket.set({ state: 'CONNECTED', hasSynced: true });
    await vi.advanceTimersByTimeAsync(12_000);
    expect(await read({ probe })).toMatchObject({ isAlive: true, me: '1@c.us' });
    await vi.advanceTimersByTimeAsync(10_000);
    expect((await read({ probe })).isAlive).toBe(false);
    answer = () => Promise.reject(new Error('a refusal is an answer'));
    await vi.advanceTimersByTimeAsync(12_000);
    expect((await read({ probe })).isAlive).toBe(true);
  });
});
