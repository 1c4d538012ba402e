import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { parseFacts } from '../facts.js';
import { startProbe } from './probe.js';
import { type FakePage, fakePage, settings } from './testing/fake-page.js';

const now = Date.parse('2026-11-27T14:00:00Z');
const later = now + 3_600_000;

beforeEach(() => {
  vi.useFakeTimers({ now, toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
});

afterEach(() => {
  vi.useRealTimers();
});

/** Starts a reader on a ready page that has these records. */
async function start(records: { lock?: unknown; capping?: unknown }): Promise<FakePage> {
  const fake = fakePage();
  Object.assign(fake.modules, {
    WAWebUserPrefsMultiDevice: { isRegistered: () => true },
    WAWebReachoutTimelockUtils: { REACHOUT_TIMELOCK_IDB_KEY: 'the-key' },
    WAWebUserPrefsIndexedDBStorage: {
      userPrefsIdb: { get: async (key: string) => (key === 'the-key' ? records.lock : undefined) },
    },
    WAWebIndividualNewChatMessageCappingLimitUtils: { getCappingData: () => records.capping },
  });
  startProbe(fake.page, settings);
  await vi.advanceTimersByTimeAsync(2_000);
  fake.socket.set({ state: 'CONNECTED', hasSynced: true, stream: 'CONNECTED' });
  await vi.advanceTimersByTimeAsync(1_000);
  return fake;
}

const told = ({ reports }: FakePage) => {
  const { timeLock, capping } = parseFacts(JSON.stringify(reports.at(-1)));
  return { timeLock, capping };
};
const lock = { state: 'HIDDEN', time_enforcement_ends: later, enforcement_type: 'WEB_COMPANION_ONLY' };
const cap = {
  capping_status: 'CAPPED',
  used_quota: 100,
  total_quota: 100,
  cycle_end_timestamp: later / 1_000,
};

it('reads the page’s time lock and message capping, with their ends in ms', async () => {
  const fake = await start({ lock, capping: cap });
  expect(told(fake)).toEqual({
    timeLock: { kind: 'WEB_COMPANION_ONLY', until: later },
    capping: { status: 'capped', used: 100, quota: 100, until: later },
  });
});

it('reads a change at once after an event, and within seconds without an event', async () => {
  const records: { lock?: unknown } = {};
  const fake = await start(records);
  expect(told(fake)).toEqual({});
  records.lock = lock;
  fake.cmd.trigger('reachout_timelock_state_change');
  await vi.advanceTimersByTimeAsync(100);
  expect(told(fake)).toMatchObject({ timeLock: { until: later } });
  delete records.lock;
  await vi.advanceTimersByTimeAsync(6_000);
  expect(told(fake)).toEqual({});
});

it.each([
  ['of another form', { lock: 'locked', capping: 7 }],
  ['that is over', { lock: { ...lock, time_enforcement_ends: now }, capping: { ...cap, cycle_end_timestamp: 1 } }],
  ['that forbids nothing', { capping: { ...cap, capping_status: 'NONE' } }],
  ['with the name of an object’s method for a status', { capping: { ...cap, capping_status: 'toString' } }],
])('reads a record %s as no restriction', async (_, records) => {
  expect(told(await start(records))).toEqual({});
});

it('drops invalid numbers and times, and keeps the restriction', async () => {
  const fake = await start({
    lock: { enforcement_type: 7, time_enforcement_ends: 'soon' },
    capping: { capping_status: 'FIRST_WARNING', used_quota: Number.NaN, total_quota: -1 },
  });
  expect(told(fake)).toEqual({ timeLock: {}, capping: { status: 'first-warning' } });
});
