import { afterEach, describe, expect, it } from 'vitest';
import { shownQr, socket, until, untilReady, type Visit, visit, visitLinked } from '../test/page.ts';
import { type Simulator, startSimulator } from './simulator.ts';
import type { Troubles } from './troubles.ts';

let simulator: Simulator;
let opened: Visit | undefined;

/** Opens a linked page of the newest captured build. `globalThis.heard` records each event of its emitters. */
async function openLinked(troubles: Partial<Troubles> = {}) {
  simulator = await startSimulator({ speed: 20, troubles });
  const linked = await visitLinked(simulator);
  opened = linked;
  await linked.page.evaluate(listen);
  return linked;
}

const listen = `
  globalThis.heard = [];
  const note = (emitter) => (name, ...values) => {
    const text = [emitter + ' ' + name, ...values.map((value) => JSON.stringify(value))].join(' ');
    heard.push(text);
  };
  require('WAWebCmd').Cmd.on('all', note('Cmd'));
  require('WAWebBackendEventBus').BackendEventBus.on('all', note('bus'));
  undefined;
`;

const heardIn = async ({ page }: Visit): Promise<readonly string[]> => (await page.evaluate('heard')) as string[];

afterEach(async () => {
  await opened?.end();
  opened = undefined;
  await simulator.close();
});

describe('a temporary ban', { timeout: 30_000 }, () => {
  it('is reported only on Cmd, with its end; each login reports that there is no ban', async () => {
    const visited = await openLinked();
    simulator.trouble({ banned: true, banSeconds: 3_600 });
    const ban = 'Cmd account_temporarily_banned_from_bridge {"banned":true,';
    await until(visited.page, `heard.some((line) => line.startsWith('${ban}'))`);
    const told = (await heardIn(visited)).find((line) => line.startsWith(ban)) ?? '';
    expect(told).toContain('"code":101');
    expect(told).toContain('"expire":3600');
    expect((await heardIn(visited)).join()).not.toContain('bus account_temporarily_banned');

    simulator.trouble({ banned: false });
    await until(visited.page, `heard.includes('Cmd account_temporarily_banned_from_bridge {"banned":false}')`);
    await until(visited.page, `${socket}.state === 'CONNECTED'`);
  });

  it('is also reported on the bus when older names are fired, but the bus never reports that there is no ban', async () => {
    const visited = await openLinked({ eventNames: 'both' });
    simulator.trouble({ banned: true, banSeconds: 60 });
    await until(
      visited.page,
      `heard.some((line) => line.startsWith('bus account_temporarily_banned {"banned":true,'))`,
    );
    simulator.trouble({ banned: false });
    await until(visited.page, `heard.includes('Cmd account_temporarily_banned_from_bridge {"banned":false}')`);
    expect((await heardIn(visited)).join()).not.toContain('bus account_temporarily_banned {"banned":false}');
  });
});

describe('a page whose device connects elsewhere', { timeout: 30_000 }, () => {
  it('stops its connection without showing it: state CONNECTED, no stream, and a takeover that throws', async () => {
    const visited = await openLinked();
    simulator.replace(visited.device);
    await until(visited.page, `${socket}.stream === 'DISCONNECTED'`);
    expect(await visited.page.evaluate(`[${socket}.state, ${socket}.hasSynced]`)).toEqual(['CONNECTED', true]);
    expect(await visited.page.evaluate("require('WAWebStreamModel').Stream.mode")).toBe('MAIN');
    await expect(visited.page.evaluate(`${socket}.takeover()`)).rejects.toThrow('Takeover called without conflict!');
    await visited.page.evaluate(`${socket}.reconnect(); dispatchEvent(new Event('online'))`);
    expect(simulator.phone.devices()).toMatchObject([{ online: false }]);
    expect((await heardIn(visited)).join()).not.toContain('set_socket_state');

    await visited.page.reload();
    await untilReady(visited.page);
  });
});

describe('a page that is too old', { timeout: 30_000 }, () => {
  it('requests an update, stops its connection and reloads, again and again, until the service accepts it', async () => {
    const { page } = await openLinked();
    simulator.trouble({ outdated: true });
    const first = await simulator.waitFor('page-served', { after: simulator.log().at(-1)?.seq ?? 0 });
    await simulator.waitFor('page-served', { after: first.seq });
    expect(simulator.phone.devices()).toHaveLength(1);
    simulator.trouble({ outdated: false });
    await untilReady(page);
  });

  it('stops its connection without a reload, keeps its state unchanged, and keeps its login', async () => {
    const { page } = await openLinked({ outdatedForm: 'stopped' });
    simulator.trouble({ outdated: true });
    await until(page, `${socket}.stream === 'DISCONNECTED'`);
    expect(await page.evaluate(`${socket}.state`)).toBe('CONNECTED');
    const updater = "require('WAWebUpdater').Updater";
    expect(await page.evaluate(`[${updater}.latestUpdateIteration, typeof ${updater}.hardExpirationTimer]`)).toEqual([
      1,
      'string',
    ]);
    simulator.trouble({ outdated: false });
    await page.reload();
    await untilReady(page);
  });
});

describe('a service that is overloaded', { timeout: 30_000 }, () => {
  it('is reported only on Cmd; the page keeps its login and retries until the service answers', async () => {
    const visited = await openLinked();
    simulator.trouble({ unavailable: true });
    await until(visited.page, "heard.filter((line) => line === 'Cmd service_unavailable_503_from_bridge').length > 1");
    expect((await heardIn(visited)).join()).not.toContain('bus service_unavailable_503');
    expect(await visited.page.evaluate("require('WAWebUserPrefsMultiDevice').isRegistered()")).toBe(true);
    simulator.trouble({ unavailable: false });
    await until(visited.page, `${socket}.state === 'CONNECTED'`);
  });
});

describe('the address after a logout', { timeout: 30_000 }, () => {
  it.each([
    ['the phone unlinks it', (device: string) => void simulator.phone.unlink(device)],
    ['the account is banned', () => void simulator.trouble({ banned: true })],
  ])('has no reason when %s', async (_, act) => {
    const visited = await openLinked();
    act(visited.device);
    await simulator.waitFor(({ detail }) => detail.path === '/?post_logout=1');
    await shownQr(visited.page);
  });

  it('has no reason when the device was unlinked while offline, or when the user logs out', async () => {
    const visited = await openLinked();
    await visited.page.goto('about:blank');
    simulator.phone.unlink(visited.device);
    await visited.page.goto(simulator.url);
    const away = await simulator.waitFor(({ detail }) => detail.path === '/?post_logout=1');
    await simulator.phone.scan(await shownQr(visited.page));
    await untilReady(visited.page);
    await visited.page.evaluate(`void ${socket}.logout()`);
    await simulator.waitFor(({ detail }) => detail.path === '/?post_logout=1', { after: away.seq });
  });

  it('has a reason and the text of the service when the account is locked, and keeps its other parameters', async () => {
    const visited = await openLinked();
    await visited.page.evaluate("history.replaceState(null, '', '/?lang=en')");
    simulator.trouble({ locked: true });
    const served = await simulator.waitFor(({ detail }) => String(detail.path).includes('post_logout=1'));
    const { searchParams } = new URL(String(served.detail.path), simulator.url);
    expect(Object.fromEntries(searchParams)).toEqual({
      lang: 'en',
      post_logout: '1',
      logout_reason: '3',
      logout_message_header: 'Account locked',
      logout_message_subtext: 'Open WhatsApp on your phone for more.',
    });
    expect(await simulator.phone.scan(await shownQr(visited.page))).toMatchObject({ reason: 'account-locked' });
  });
});

describe('the events of a logout', { timeout: 30_000 }, () => {
  it('fire before and after the erasure, under the names of the bridge', async () => {
    const visited = await openLinked();
    const lines: string[] = [];
    await visited.page.exposeFunction('tell', (line: string) => void lines.push(line));
    await visited.page.evaluate(`
      const { Cmd } = require('WAWebCmd');
      const { BackendEventBus } = require('WAWebBackendEventBus');
      const say = (text) => void tell(text + ' ' + localStorage.getItem('last-wid-md'));
      Cmd.on('starting_logout_from_bridge', () => say('starting'));
      Cmd.on('logout_from_bridge', () => say('over'));
      Cmd.on('logout', () => say('older'));
      BackendEventBus.on('logout', () => say('bus'));
      BackendEventBus.on('starting_logout', () => say('older'));
      undefined;
    `);
    simulator.phone.unlink(visited.device);
    await simulator.waitFor(({ detail }) => String(detail.path).includes('post_logout=1'));
    await shownQr(visited.page);
    expect(lines).toEqual(['starting "447700900000:1@c.us"', 'bus null', 'over null']);
  });
});

describe('a linked page as captured', { timeout: 30_000 }, () => {
  it('passes through OPENING and PAIRING to CONNECTED at each reconnection, and announces its account', async () => {
    const { page } = await openLinked();
    await page.evaluate(`
      globalThis.states = [];
      ${socket}.on('change:state', (_, state) => states.push(state));
      require('WAWebConnModel').Conn.on('me_ready', () => states.push('me_ready'));
      undefined;
    `);
    simulator.trouble({ outage: 'socket' });
    await until(page, "states.includes('OPENING')");
    simulator.trouble({ outage: 'none' });
    await until(page, "states.includes('me_ready')");
    expect(await page.evaluate('states')).toEqual(['OPENING', 'PAIRING', 'CONNECTED', 'me_ready']);
    const contact = "require('WAWebCollections').Contact.get('447700900000@c.us')";
    expect(await page.evaluate(`${contact}.isMe && require('WAWebConnModel').Conn.meReadyTriggered`)).toBe(true);
    expect(await page.evaluate("require('WAWebStreamModel').Stream.resumeCount")).toBeGreaterThan(0);
  });

  it('returns no number while it knows its account only by the hidden id', async () => {
    const { page } = await openLinked({ meByLid: true });
    const me = "require('WAWebUserPrefsMeUser')";
    expect(await page.evaluate(`[${me}.getMaybeMePnUser(), ${me}.getMaybeMeUser()]`)).toEqual([null, null]);
    expect(await page.evaluate(`String(${me}.getMaybeMeLidUser())`)).toBe('100000000000001@lid');
    expect(await page.evaluate(`String(${me}.getMeDeviceOrThrow())`)).toBe('100000000000001:1@lid');
  });

  it('adds a default export to each module record: an empty object until the module has run', async () => {
    const { page } = await openLinked();
    const records = "require('__debug').modulesMap";
    expect(await page.evaluate(`${records}.WAWebMiscBrowserUtils.defaultExport`)).toEqual({});
    await page.evaluate("void require('WAWebMiscBrowserUtils')");
    expect(await page.evaluate(`typeof ${records}.WAWebMiscBrowserUtils.defaultExport.info`)).toBe('function');
  });
});

describe('a restricted account', { timeout: 30_000 }, () => {
  const timeLock = "require('WAWebReachoutTimelockUtils')";
  const record = "require('WAWebUserPrefsIndexedDBStorage').userPrefsIdb.get('WAReachoutTimelockState')";
  const capping = "require('WAWebIndividualNewChatMessageCappingLimitUtils')";

  it('keeps working, and reports that it may not start chats, with reason and end', async () => {
    const visited = await openLinked();
    expect(await visited.page.evaluate(`${timeLock}.isUserReachoutTimelocked()`)).toBe(false);
    simulator.trouble({ timeLock: 'RESTRICT_ALL_COMPANIONS', timeLockUntil: 4_000_000_000 });
    await until(visited.page, "heard.includes('Cmd reachout_timelock_state_change')");
    expect(await visited.page.evaluate(record)).toEqual({
      state: 'HIDDEN',
      time_enforcement_ends: 4_000_000_000_000,
      enforcement_type: 'RESTRICT_ALL_COMPANIONS',
    });
    await visited.page.reload();
    await untilReady(visited.page);
    expect(await visited.page.evaluate(`${timeLock}.isUserReachoutTimelocked()`)).toBe(true);
    simulator.trouble({ timeLock: 'none' });
    await until(visited.page, `!${timeLock}.isUserReachoutTimelocked()`);
  });

  it('keeps working, and reports that it has started almost all or all chats that it may', async () => {
    const visited = await openLinked({ capping: 'FIRST_WARNING' });
    expect(await visited.page.evaluate(`[${capping}.isUserWarned(), ${capping}.isUserCapped()]`)).toEqual([
      true,
      false,
    ]);
    simulator.trouble({ capping: 'CAPPED' });
    await until(visited.page, "heard.includes('Cmd new_chat_message_capping_state_change')");
    expect(await visited.page.evaluate(`${capping}.isUserCapped()`)).toBe(true);
    const data = await visited.page.evaluate(`${capping}.getCappingData()`);
    expect(data).toMatchObject({ capping_status: 'CAPPED', total_quota: 100, used_quota: 100, ote_status: 'ELIGIBLE' });
    expect(await visited.page.evaluate(`${socket}.state`)).toBe('CONNECTED');
  });
});

describe('a page without a device', { timeout: 30_000 }, () => {
  it('is in the QR mode from its start on', async () => {
    simulator = await startSimulator({ speed: 20, troubles: { outage: 'socket' } });
    opened = await visit(simulator);
    await until(opened.page, `globalThis.require && ${socket}.state !== 'UNLAUNCHED'`);
    expect(await opened.page.evaluate("require('WAWebStreamModel').Stream.mode")).toBe('QR');
  });
});
