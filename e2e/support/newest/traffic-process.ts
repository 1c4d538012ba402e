/*
 * A session that a proof loses while messages flow, in a process of its own: `node traffic-process.ts <TrafficSession as JSON>`.
 * Prints one JSON line for each state, each backup, each segment that is in the store, and with `ready` how old the profile is.
 * From SIGUSR2 on, the page also writes, and the process prints its memory.
 */
import { writeSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { createSession } from '@wakey/client';
import { type BrowserDriver, secret } from '@wakey/core';
import { type LightpandaPage, lightpandaDriver } from '@wakey/driver-lightpanda';
import { puppeteerDriver } from '@wakey/driver-puppeteer';
import { encryptedStore } from '@wakey/store-encrypted';
import { filesystemStore } from '@wakey/store-filesystem';
import { tellingSegments } from '@wakey/testkit';
import { whatsappWeb } from '@wakey/whatsapp-web';
import type { Page } from 'puppeteer-core';
import { chromiumPath } from '../chromium.ts';
import { discard, evaluateIn, fill } from './rows.ts';
import { storeOnSlowDisk } from './slow-disk.ts';
import type { TrafficSession } from './traffic-child.ts';

const given = JSON.parse(process.argv[2] ?? '') as TrafficSession;
const { url, sessionsDir, storeDir, memoryDir, key, bytesPerSecond, megabytes = 0, first = megabytes } = given;
const { lightpanda, discards = false } = given;
// Writes synchronously, so that every line printed before a SIGKILL arrives.
const say = (line: object) => writeSync(1, `${JSON.stringify({ ...line, at: Date.now() })}\n`);
let isWatched = false;
const plain =
  bytesPerSecond === undefined ? filesystemStore({ directory: storeDir }) : storeOnSlowDisk(storeDir, bytesPerSecond);
const driver: BrowserDriver<Page | LightpandaPage> =
  lightpanda === undefined
    ? puppeteerDriver({ executable: chromiumPath('headless-shell') })
    : lightpandaDriver({ executable: lightpanda.executable, env: { TMPDIR: lightpanda.temporary } });
const session = createSession({
  id: 'main',
  driver,
  page: whatsappWeb({ url }),
  sessionsDir,
  store: tellingSegments(
    key === undefined ? plain : encryptedStore({ store: plain, identities: [secret(key)] }),
    (number, bytes) => say({ event: 'kept', number, bytes: bytes.byteLength }),
  ),
  ...(key === undefined ? {} : { liveProfile: memoryDir }),
  // A profile of 1 GB takes its time on a busy machine.
  policy: { heartbeat: 1_000, backoff: 100, settle: 100, maxRestarts: 1_000, saveTimeout: 900_000 },
});
session.on('state', (state) => {
  const reason = state.name === 'ended' ? `${state.reason}: ${state.detail}` : '';
  say({ state: state.name, reason });
});
session.on('qr', ({ qr }) => say({ qr: qr.reveal() }));
session.on('ready', ({ from, age, missing }) => say({ event: 'ready', from, age, missing }));
session.on('saved', ({ generation }) => say({ event: 'saved', generation }));
session.on('warning', ({ what }) => say({ event: 'warning', what }));
session.on('recovery', (recovery) => say({ event: 'recovery', recovery }));
process.once('SIGTERM', () => void session.stop());
// A write fails if a proof kills the browser meanwhile. The proof must notice a write that fails before the kill.
process.on('SIGUSR2', () => void write().catch((error: unknown) => say({ event: 'unwritten', why: String(error) })));
await session.start();

function sayMemory(): void {
  say({ event: 'memory', rss: process.memoryUsage.rss() });
}

/** Lets the page store its rows. Meanwhile and afterwards prints the memory of this process, and in which time the page answers. */
async function write(): Promise<void> {
  const { page } = session;
  if (page === undefined) throw new Error('there is no page');
  if (discards) say({ event: 'discarded', rows: await discard(page) });
  sayMemory();
  const upTo = isWatched ? megabytes : first;
  if (!isWatched) setInterval(sayMemory, 100).unref();
  isWatched = true;
  const filling = fill(page, upTo);
  const filled = filling.then(() => true);
  for (let isOver = false; !isOver; ) {
    const began = performance.now();
    await evaluateIn(page, '1');
    say({ event: 'answered', took: Math.round(performance.now() - began) });
    isOver = await Promise.race([filled, delay(200, false)]);
  }
  say({ event: 'filled', rows: await filling });
}
