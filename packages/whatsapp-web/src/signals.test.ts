import type { PageSignal } from '@wakey/core';
import { describe, expect, it } from 'vitest';
import type { Facts } from './facts.js';
import { type Memory, noMemory } from './memory.js';
import { meaningOf } from './signals.js';

const booting: Facts = {
  document: 1,
  seq: 1,
  origin: 'https://web.whatsapp.com',
  status: 200,
  kind: 'whatsapp',
  missing: [],
  scripts: { total: 2, pending: 0, failed: [] },
  isSettled: false,
  isOnline: true,
  hasSynced: false,
  isBanned: false,
  isOutdated: false,
  isElsewhere: false,
  isStopped: false,
  isAlive: true,
};
const unpaired: Facts = { ...booting, isRegistered: false, socket: 'UNPAIRED' };
const connecting: Facts = { ...booting, isRegistered: true, me: '1@c.us', socket: 'OPENING' };
const syncing: Facts = { ...connecting, socket: 'CONNECTED', percent: 40 };
const ready: Facts = { ...syncing, hasSynced: true, percent: 100 };

const readiness = (...missing: readonly string[]) => ({ type: 'readiness', me: '1@c.us', missing });

/** Returns the signals of the last of these readings, with readable secrets. */
function told(...readings: readonly Facts[]): readonly unknown[] {
  return readings.reduce<Told>(follow, { memory: noMemory, signals: [] }).signals.map(bare);
}

interface Told {
  readonly memory: Memory;
  readonly signals: readonly PageSignal[];
}

const follow = ({ memory }: Told, facts: Facts): Told => meaningOf(memory, facts);

function bare(signal: PageSignal): unknown {
  const open = (value: unknown) =>
    typeof value === 'object' && value !== null && 'reveal' in value ? (value.reveal as () => unknown)() : value;
  return Object.fromEntries(Object.entries(signal).map(([key, value]) => [key, open(value)]));
}

describe('A page that boots', () => {
  it('names the parts that it waits for', () => {
    expect(told({ ...booting, kind: 'loading' })).toEqual([{ type: 'page-booting', missing: ['document'] }]);
    expect(told({ ...booting, missing: ['A.b'] })).toEqual([{ type: 'page-booting', missing: ['A.b'] }]);
    expect(told(booting)).toEqual([{ type: 'page-booting', missing: ['is-registered'] }]);
    const launching = { ...unpaired, socket: 'UNLAUNCHED' };
    expect(told(launching)).toEqual([{ type: 'page-booting', missing: ['socket'] }]);
  });

  it('and lacks parts after nothing more arrives is incompatible', () => {
    const lacking = { ...booting, missing: ['A.b'], isSettled: true, version: '2.3000.1' };
    expect(told(lacking)).toEqual([{ type: 'incompatible', missing: ['A.b'], version: '2.3000.1' }]);
  });

  it('and waits for scripts reports how many have arrived', () => {
    const half = { ...booting, missing: ['A.b'], scripts: { total: 12, pending: 7, failed: ['static.example.net'] } };
    expect(told(half)).toEqual([{ type: 'page-booting', missing: ['scripts (5 of 12 loaded)'] }]);
  });

  it('and lacks parts because its scripts failed names their host and is not incompatible', () => {
    const scripts = { total: 12, pending: 0, failed: ['static.example.net'] };
    const cut = { ...booting, missing: ['A.b'], isSettled: true, scripts };
    expect(told(cut)).toEqual([{ type: 'page-booting', missing: ['scripts of static.example.net'] }]);
  });

  it('emits no signal when it is another page', () => {
    expect(told({ ...booting, kind: 'foreign' })).toEqual([]);
  });
});

describe('A page without a device', () => {
  it('is unpaired until it has a code', () => {
    expect(told(unpaired)).toEqual([{ type: 'unpaired' }]);
    const offering = { ...unpaired, qr: { text: 'code', ttl: 20_000 } };
    expect(told(offering)).toEqual([{ type: 'qr', qr: 'code', ttl: 20_000 }]);
    expect(told({ ...unpaired, qr: { text: 'code' } })).toEqual([{ type: 'qr', qr: 'code' }]);
  });

  it('prints its code as a secret', () => {
    const { signals } = meaningOf(noMemory, { ...unpaired, qr: { text: 'code' } });
    expect(JSON.stringify(signals)).toBe('[{"type":"qr","qr":"[secret]"}]');
  });

  it('is idle when it no longer shows codes', () => {
    expect(told({ ...unpaired, socket: 'UNPAIRED_IDLE' })).toEqual([{ type: 'qr-idle' }]);
  });

  it('is offline without a connection to the service, but not during a scan or between codes', () => {
    expect(told({ ...unpaired, socket: 'TIMEOUT' })).toEqual([{ type: 'offline', cause: 'network' }]);
    expect(told({ ...unpaired, socket: 'PAIRING', isOnline: false })).toEqual([{ type: 'offline', cause: 'network' }]);
    expect(told(unpaired, { ...unpaired, socket: 'PAIRING' })).toEqual([]);
    expect(told(unpaired, { ...unpaired, socket: 'OPENING' })).toEqual([]);
  });

  it('that reloads is booting again', () => {
    const next = { ...unpaired, document: 2, socket: 'OPENING' };
    expect(told(unpaired, next)).toEqual([{ type: 'page-booting', missing: ['socket'] }]);
  });

  it.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])('ignores a state named %s', (socket) => {
    expect(told({ ...unpaired, socket })).not.toContainEqual(expect.objectContaining({ type: 'blocked' }));
  });

  it('reports a passkey request before anything else', () => {
    const asking = { ...unpaired, socket: 'PAIRING', passkey: { request: '{}', ttl: 9 } };
    expect(told(asking)).toEqual([{ type: 'passkey', request: '{}', ttl: 9 }]);
  });
});

describe('A link code', () => {
  const shown: Facts = { ...unpaired, linkCode: { text: 'ABCD1234', ttl: 5 } };
  const wanted: Facts = { ...unpaired, linkCodeWanted: { wrong: 0, ttl: 5 } };
  const failed: Facts = { ...unpaired, linkCodeFailure: { seq: 1, why: 'rate-limited', retryAfter: 60_000 } };

  it('on the page is reported instead of a QR code', () => {
    expect(told({ ...shown, socket: 'UNPAIRED_IDLE' })).toEqual([{ type: 'link-code', code: 'ABCD1234', ttl: 5 }]);
  });

  it('that the phone shows is wanted, and once again after each wrong entry', () => {
    const wrong = { ...wanted, linkCodeWanted: { wrong: 1 } };
    expect(told(wanted)).toEqual([{ type: 'link-code-wanted', again: false, ttl: 5 }]);
    expect(told(wanted, wrong)).toEqual([{ type: 'link-code-wanted', again: true }]);
    expect(told(wanted, wrong, wrong)).toEqual([{ type: 'link-code-wanted', again: false }]);
  });

  it('that failed is reported once for each failure', () => {
    const failure = { type: 'link-code-failed', why: 'rate-limited', retryAfter: 60_000 };
    expect(told(failed)).toEqual([failure, { type: 'unpaired' }]);
    expect(told(failed, failed)).toEqual([{ type: 'unpaired' }]);
    expect(told(failed, unpaired, { ...failed, linkCodeFailure: { seq: 2, why: 'rejected' } })).toEqual([
      { type: 'link-code-failed', why: 'rejected' },
      { type: 'unpaired' },
    ]);
  });

  it('expires with its document', () => {
    const next = { ...unpaired, document: 2 };
    expect(told(shown, next)).toEqual([{ type: 'link-code-failed', why: 'expired' }, { type: 'unpaired' }]);
    expect(told(shown, next, next)).toEqual([{ type: 'unpaired' }]);
    expect(told(shown, { ...next, socket: 'OPENING' }, next)[0]).toEqual({ type: 'link-code-failed', why: 'expired' });
  });
});

describe('A registered device', () => {
  it('that was registered before is connecting', () => {
    expect(told(connecting)).toEqual([{ type: 'connecting' }, readiness('socket', 'synced')]);
  });

  it('that was just linked is linking', () => {
    expect(told(unpaired, connecting)).toEqual([
      { type: 'linking' },
      { type: 'connecting' },
      readiness('socket', 'synced'),
    ]);
  });

  it('is syncing until it has synced', () => {
    expect(told(syncing)).toEqual([{ type: 'syncing', percent: 40 }, readiness('synced')]);
    const { percent: _, ...silent } = syncing;
    expect(told(silent)[0]).toEqual({ type: 'syncing', percent: 0 });
  });

  it('is ready when every observation agrees', () => {
    expect(told(ready)).toEqual([readiness()]);
    const { me: _, ...nameless } = ready;
    expect(told(nameless)).toEqual([{ type: 'readiness', missing: ['own-id'] }]);
  });

  it('is not ready while a dialog covers the page before the first ready', () => {
    const covered = { ...ready, dialog: { what: 'news', isStuck: false } };
    expect(told(covered)).toEqual([readiness('dialog')]);
    expect(told(covered, ready)).toEqual([readiness()]);
    expect(told(ready, covered)).toEqual([readiness()]);
  });

  it('reports a dialog that stays, for a person to answer', () => {
    const stuck = { ...ready, dialog: { what: 'news', isStuck: true } };
    expect(told(ready, stuck)).toEqual([{ type: 'dialog', what: 'news' }, readiness('dialog')]);
  });

  it('reports a locked screen as a dialog, for a person to unlock', () => {
    expect(told({ ...connecting, socket: 'SCREEN_LOCKED' })).toEqual([{ type: 'dialog', what: 'screen-lock' }]);
  });

  it('whose service does not answer counts as offline, even if its page shows the chats', () => {
    const dead = { ...ready, isAlive: false };
    expect(told(dead)).toEqual([{ type: 'offline', cause: 'page-silent' }, readiness('alive')]);
  });

  it('is offline when its connection ends or the network is lost', () => {
    const offline = { type: 'offline', cause: 'network' };
    expect(told(ready, { ...connecting, hasSynced: true })).toEqual([offline, readiness('socket')]);
    expect(told({ ...connecting, socket: 'TIMEOUT' })[0]).toEqual(offline);
    expect(told({ ...connecting, isOnline: false })[0]).toEqual(offline);
  });

  it.each([
    ['TOS_BLOCK', 'terms'],
    ['SMB_TOS_BLOCK', 'terms'],
    ['DEPRECATED_VERSION', 'outdated'],
    ['PROXYBLOCK', 'proxy'],
  ])('in the state %s is blocked by %s', (socket, by) => {
    expect(told({ ...ready, socket })).toEqual([{ type: 'blocked', by }]);
  });

  it('that is refused as too old is blocked at the second document, or at once if the page does not reload', () => {
    const refused: Facts = { ...connecting, socket: 'PAIRING', isOutdated: true };
    const outdated = [{ type: 'blocked', by: 'outdated' }];
    expect(told(ready, refused, refused)).not.toEqual(outdated);
    expect(told(refused, { ...refused, document: 2 })).toEqual(outdated);
    expect(told({ ...refused, isStopped: true })).toEqual(outdated);
    expect(told(refused, { ...ready, document: 2 }, { ...refused, document: 3 })).not.toEqual(outdated);
  });

  it('of a restricted account is ready and names the restrictions', () => {
    const timeLock = { kind: 'DEFAULT', until: 1 };
    const capping = { status: 'capped' } as const;
    const restrictions = { timeLock, messageCapping: capping };
    expect(told({ ...ready, timeLock, capping })).toEqual([{ ...readiness(), restrictions }]);
  });

  it('of a banned account is blocked', () => {
    expect(told({ ...ready, isBanned: true })).toEqual([{ type: 'blocked', by: 'ban' }]);
  });

  it('whose connection another client or tab holds is in conflict', () => {
    expect(told({ ...ready, socket: 'CONFLICT' })).toEqual([{ type: 'conflict' }]);
    expect(told({ ...connecting, socket: 'UNLAUNCHED', isElsewhere: true })).toEqual([{ type: 'conflict' }]);
    expect(told({ ...ready, isStopped: true })).toEqual([{ type: 'conflict' }]);
  });
});

describe('A link that is gone', () => {
  const hinted = (facts: Facts, code?: string): Facts => ({
    ...facts,
    logout: { ...(code === undefined ? {} : { code }), isAwaited: false },
  });
  const next: Facts = { ...unpaired, document: 2 };

  it.each([
    ['in a page that still has its device', hinted(ready, '7')],
    ['in the address of a page that is still registered', { ...hinted(connecting, '7'), document: 2 }],
    ['by a page that does not yet report whether a device is registered', { ...hinted(booting, '7'), document: 2 }],
    ['by a page that is not yet connected', { ...hinted({ ...unpaired, socket: 'OPENING' }), document: 2 }],
    ['by a page that the server answered with an error', { ...hinted(unpaired), status: 403, document: 2 }],
    ['by a page that lacks parts', { ...hinted(unpaired), missing: ['A.b'], document: 2 }],
    ['by a page that knows its own id', { ...hinted(unpaired), me: '1@c.us', document: 2 }],
  ])('is not proved by an announcement %s', (_, facts) => {
    expect(told(ready, facts)).not.toContainEqual(expect.objectContaining({ type: 'logged-out' }));
  });

  it.each([
    [undefined, 'phone'],
    ['7', 'phone'],
    ['unknown_companion', 'phone'],
    ['0', 'page'],
    ['syncd_failure', 'page'],
  ])('for the reason %s was ended by %s, once a document has no device', (code, by) => {
    const gone = { type: 'logged-out', by, document: 2, ...(code === undefined ? {} : { code }) };
    expect(told(ready, hinted(ready, code), next)).toEqual([gone, { type: 'unpaired' }]);
    expect(told(ready, hinted(next, code))).toEqual([gone, { type: 'unpaired' }]);
  });

  it('is reported again for each document, until a device is registered', () => {
    const third: Facts = { ...unpaired, document: 3 };
    expect(told(ready, hinted(ready), next, third)).toContainEqual({ type: 'logged-out', by: 'phone', document: 3 });
    expect(told(ready, hinted(ready), next, { ...ready, document: 3 }, { ...next, document: 4 })).toEqual([
      { type: 'unpaired' },
    ]);
  });

  it('because the account was locked is a ban', () => {
    expect(told(ready, hinted(next, '3'))).toEqual([{ type: 'blocked', by: 'ban' }]);
    expect(told(ready, hinted(ready, '3'))).toEqual([readiness()]);
  });

  it('is not proved by an unpaired page, which may have lost its storage, unless Wakey commanded a logout', () => {
    expect(told(ready, next)).toEqual([{ type: 'unpaired' }]);
    const { memory } = meaningOf(noMemory, ready);
    const { signals } = meaningOf({ ...memory, isLoggingOut: true }, next);
    expect(signals).toContainEqual({ type: 'logged-out', by: 'us', document: 2 });
  });

  it('is not reported while the page may still state the reason', () => {
    const awaited: Facts = { ...ready, logout: { isAwaited: true } };
    expect(told(ready, awaited)).toEqual([]);
  });
});
