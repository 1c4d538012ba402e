import { cp, rm } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openBrowser, type TestBrowser } from '../test/browser.ts';
import { untilReady, type Visit, visitLinked } from '../test/page.ts';
import { type Simulator, startSimulator } from './index.ts';

let simulator: Simulator;
let visited: Visit & { readonly device: string };
let reopened: TestBrowser | undefined;

beforeEach(async () => {
  simulator = await startSimulator({ speed: 10 });
  visited = await visitLinked(simulator);
});

afterEach(async () => {
  await reopened?.close();
  reopened = undefined;
  await visited.end();
  await simulator.close();
});

/** Lets messages flow until the page has committed `count` more, and none is on its way. */
async function flow(count: number): Promise<number> {
  const target = ratchets().acknowledged + count;
  simulator.traffic({ rate: 100 });
  await expect.poll(() => ratchets().acknowledged, { timeout: 20_000 }).toBeGreaterThanOrEqual(target);
  simulator.traffic({ rate: 0 });
  await expect.poll(() => ratchets().underway, { timeout: 20_000 }).toBe(0);
  return ratchets().acknowledged;
}

function ratchets() {
  const [device] = simulator.ratchets();
  if (device === undefined) throw new Error('No device has connected.');
  return device;
}

async function reopen(): Promise<void> {
  reopened = await openBrowser(visited.profile);
  await reopened.page.goto(simulator.url);
  await untilReady(reopened.page);
}

describe('a linked page with traffic', { timeout: 90_000 }, () => {
  it('holds every message that it told the service when it comes back with its own profile, and shows no fall-back', async () => {
    const told = await flow(60);
    await visited.browser.close();
    await reopen();
    expect(ratchets().connects.at(-1)).toMatchObject({
      acknowledged: told,
      commits: told,
      behind: 0,
      lacksFrom: null,
      isOtherCopy: false,
      firstMissing: null,
      isWhole: true,
      problem: null,
    });
    await flow(60);
    expect(simulator.fallbacks()).toEqual([]);
    expect(ratchets().refused).toEqual([]);
  });

  it('goes on with a service that was started again with the linked device, and nobody refuses a message', async () => {
    const told = await flow(60);
    const [linked, { port }] = [simulator.devices(), new URL(simulator.url)];
    await visited.browser.close();
    await simulator.close();
    simulator = await startSimulator({ speed: 10, linked, port: Number(port) });
    await reopen();
    expect(ratchets().connects).toMatchObject([{ commits: told, behind: 0, isOtherCopy: false }]);
    await flow(60);
    expect(simulator.fallbacks()).toEqual([]);
    expect(ratchets().refused).toEqual([]);
  });

  it('is reported with the exact number of messages when an older copy of its profile comes back', async () => {
    const old = await flow(60);
    const copiedAt = Date.now();
    await visited.browser.close();
    const copy = `${visited.profile}-older`;
    await cp(visited.profile, copy, { recursive: true });
    await reopen();
    const newest = await flow(60);
    const sent = new Map(
      ratchets()
        .connects.at(-1)
        ?.sessions.map(({ peer, sent }) => [peer, sent]),
    );
    await reopened?.close();
    await rm(visited.profile, { recursive: true });
    await cp(copy, visited.profile, { recursive: true });
    await rm(copy, { recursive: true });
    await reopen();
    const held = ratchets().connects.at(-1);
    expect(held).toMatchObject({
      acknowledged: newest,
      commits: old,
      behind: newest - old,
      firstMissing: null,
      isWhole: true,
    });
    expect(held?.lacksFrom).toBeGreaterThanOrEqual(copiedAt);
    const group = held?.sessions.find(({ peer }) => peer.endsWith('@g.us'));
    expect(group?.sent).toBe(sent.get(group?.peer ?? ''));
    const lost = new Map(held?.sessions.map(({ peer, behind }) => [peer, behind.sent]));
    await flow(60);
    const fallbacks = simulator.fallbacks();
    expect(fallbacks.length).toBeGreaterThan(0);
    for (const { peer, verdict, messages } of fallbacks) {
      expect([peer, verdict, messages]).toEqual([peer, 'fall-back', lost.get(peer)]);
    }
    expect(ratchets().refused.some(({ byPeer }) => byPeer > 0)).toBe(true);
  });

  it('is reported as two copies when it goes on after a copy of its profile has written', async () => {
    await flow(60);
    await visited.browser.close();
    const copy = `${visited.profile}-copy`;
    await cp(visited.profile, copy, { recursive: true });
    await reopen();
    await flow(60);
    await reopened?.close();
    const other = await openBrowser(copy);
    try {
      await other.page.goto(simulator.url);
      await untilReady(other.page);
      await flow(20);
    } finally {
      await other.close();
      await rm(copy, { recursive: true });
    }
    const before = simulator.fallbacks();
    expect(before.map(({ verdict }) => verdict)).not.toContain('two-copies');
    await reopen();
    expect(ratchets().connects.at(-1)).toMatchObject({ isOtherCopy: true });
    await flow(60);
    expect(simulator.fallbacks().map(({ verdict }) => verdict)).toContain('two-copies');
  });
});
