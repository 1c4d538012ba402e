import { cp, mkdir } from 'node:fs/promises';
import { startSimulator } from '@wakey/simulator';
import type { Page } from 'puppeteer-core';
import { afterEach, describe, expect, it } from 'vitest';
import { makeFolder } from '../support/folder.js';
import { isReady, type Visit, type VisitOptions, visit } from './visit.js';

const undo: (() => Promise<void>)[] = [];

async function open(options?: VisitOptions): Promise<Visit> {
  const opened = await visit(options);
  undo.unshift(opened.close);
  return opened;
}

/** Links a profile at a simulator, closes the browser, and returns both. */
async function linkedProfile(): Promise<Required<Pick<VisitOptions, 'at' | 'profile'>>> {
  const at = await startSimulator({ speed: 5 });
  const folder = await makeFolder();
  undo.push(folder.remove, at.close);
  const profile = `${folder.path}/profile`;
  await mkdir(profile);
  const first = await visit({ at, profile });
  await first.link();
  await first.close();
  return { at, profile };
}

const only = ({ simulator }: Visit): string => simulator.devices()[0]?.id ?? '';

afterEach(async () => {
  for (const step of undo.splice(0)) await step();
});

describe('A linked device', () => {
  it('reports linking, syncing and ready with the account’s id after the scan', async () => {
    const opened = await open();
    await opened.link();
    const types = opened.signals.map(({ type }) => type);
    const first = (type: (typeof types)[number]) => types.indexOf(type);
    expect(first('qr')).toBeLessThan(first('linking'));
    expect(first('linking')).toBeLessThan(first('syncing'));
    expect(opened.signals.findLast(isReady)).toEqual({ type: 'readiness', me: '447700900000@c.us', missing: [] });
  });

  it('resumes without a code', async () => {
    const { signals, next } = await open(await linkedProfile());
    await next(isReady, 0);
    expect(signals.filter(({ type }) => ['qr', 'unpaired', 'linking'].includes(type))).toEqual([]);
    expect(signals.some(({ type }) => type === 'connecting')).toBe(true);
  });

  it('that the phone unlinks is logged out by the phone', async () => {
    const opened = await open();
    await opened.link();
    const gone = opened.next('logged-out');
    opened.simulator.phone.unlink(only(opened));
    expect(await gone).toMatchObject({ by: 'phone' });
  });

  it('that the phone unlinked while no browser ran is logged out by the phone', async () => {
    const profile = await linkedProfile();
    profile.at.phone.unlink(profile.at.devices()[0]?.id ?? '');
    const { next } = await open(profile);
    expect(await next('logged-out', 0)).toMatchObject({ by: 'phone' });
    await next('qr', 0);
  });

  it('is reported as unlinked although every event of the page is lost', async () => {
    const lostEvents = ['Cmd *', 'BackendEventBus *', 'Socket *', 'Stream *', 'Conn *'];
    const opened = await open({ simulator: { speed: 5, troubles: { lostEvents } } });
    await opened.link();
    const gone = opened.next('logged-out');
    opened.simulator.phone.unlink(only(opened));
    expect(await gone).toMatchObject({ by: 'phone' });
  });

  it('logs out on command, and the service removes the device before the page reports the logout', async () => {
    const opened = await open();
    await opened.link();
    let left: number | undefined;
    const gone = opened.next((signal) => {
      if (signal.type !== 'logged-out') return false;
      left ??= opened.simulator.devices().length;
      return true;
    });
    await opened.opened.perform({ type: 'log-out' });
    expect(await gone).toMatchObject({ by: 'us' });
    expect(left).toBe(0);
  });

  it('shows a code again after a logout', async () => {
    const opened = await open();
    await opened.link();
    const code = opened.next('qr');
    await opened.opened.perform({ type: 'log-out' });
    await code;
    await opened.link();
    expect(opened.simulator.devices()).toHaveLength(1);
  });
});

describe('A linked device that has trouble', () => {
  it('with the network is offline, and is ready again by itself', async () => {
    const opened = await open();
    await opened.link();
    const offline = opened.next('offline');
    opened.simulator.trouble({ outage: 'socket' });
    expect(await offline).toMatchObject({ cause: 'network' });
    const back = opened.next(isReady);
    opened.simulator.trouble({ outage: 'none' });
    await back;
  });

  it('with a newer connection reports a conflict, and can take the connection over', async () => {
    const { at, profile } = await linkedProfile();
    const copy = `${profile}-copy`;
    await cp(profile, copy, { recursive: true });
    const first = await open({ at, profile });
    await first.next(isReady, 0);
    const conflict = first.next('conflict');
    const second = await open({ at, profile: copy });
    await conflict;
    await second.next(isReady, 0);
    const [again, lost] = [first.next(isReady), second.next('conflict')];
    await first.opened.perform({ type: 'take-over' });
    await Promise.all([again, lost]);
  });

  it.each([
    [{ terms: true }, 'terms'],
    [{ outdated: true }, 'outdated'],
    [{ proxyBlocked: true }, 'proxy'],
    [{ banned: true, banSeconds: 3_600 }, 'ban'],
    [{ locked: true }, 'ban'],
  ] as const)('with %o is blocked by %s', async (trouble, by) => {
    const opened = await open();
    await opened.link();
    const blocked = opened.next('blocked');
    opened.simulator.trouble(trouble);
    expect(await blocked).toEqual({ type: 'blocked', by });
  });

  it('with a dialog that has one button gets past the dialog, because the probe presses the button', async () => {
    const opened = await open();
    await opened.link();
    opened.simulator.trouble({ dialog: true });
    await opened.simulator.waitFor('dialog-acknowledged');
    await opened.opened.read();
    expect(opened.signals.at(-1)).toEqual({ type: 'readiness', me: '447700900000@c.us', missing: [] });
    expect(opened.signals.filter(({ type }) => type === 'dialog')).toEqual([]);
  });

  it('with a service that no longer answers is not ready, although the page says so', async () => {
    const opened = await open({ aliveEvery: 500 });
    await opened.link();
    const silent = opened.next((signal) => signal.type === 'readiness' && signal.missing.includes('alive'), 0);
    opened.simulator.trouble({ zombie: true });
    await expect(silent).resolves.toMatchObject({ missing: ['alive'] });
  }, 60_000);

  it('with another tab of the same profile reports a conflict, and can take the connection over', async () => {
    const opened = await open();
    await opened.link();
    const conflict = opened.next('conflict');
    const tab = await (opened.browser.page.native as Page).browser().newPage();
    await tab.goto(opened.simulator.url);
    await tab.waitForSelector('[data-testid="conflict"]');
    await tab.click('[data-testid="conflict"] [role="button"]');
    await conflict;
    const back = opened.next(isReady);
    await opened.opened.perform({ type: 'take-over' });
    await back;
  });

  it('with a passcode on the page reports the screen lock', async () => {
    const profile = await linkedProfile();
    profile.at.trouble({ screenLocked: true });
    const { next } = await open(profile);
    expect(await next('dialog', 0)).toEqual({ type: 'dialog', what: 'screen-lock' });
    profile.at.trouble({ screenLocked: false });
  });
});
