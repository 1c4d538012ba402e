/*
 * A session that saves backups all the time, in a process of its own that a proof kills: `node keeping-process.ts <url>
 * <sessions-dir> <seed>`. Prints one JSON line for each state, each event, and each step of its store. SIGTERM stops it cleanly.
 */
import { writeSync } from 'node:fs';
import { inspect } from 'node:util';
import { createSession, type Session } from '@wakey/client';
import { puppeteerDriver } from '@wakey/driver-puppeteer';
import { whatsappWeb } from '@wakey/whatsapp-web';
import { chromiumPath } from '../chromium.ts';
import { seededRandom } from '../random.ts';
import { slowStore } from './slow-store.ts';

const [url = '', sessionsDir = '', seed = '0'] = process.argv.slice(2);
// Writes synchronously, so that every line printed before a SIGKILL arrives.
const say = (line: object) => writeSync(1, `${JSON.stringify({ ...line, at: Date.now() })}\n`);
const note = (line: string) => writeSync(2, `${new Date().toISOString().slice(11, 23)} ${line}\n`);
const session = createSession({
  log: (level, message, facts) => note(`${level} ${message} ${inspect(facts, { breakLength: Infinity, depth: 2 })}`),
  id: 'main',
  driver: puppeteerDriver({ executable: chromiumPath('headless-shell') }),
  page: whatsappWeb({ url }),
  sessionsDir,
  store: slowStore(sessionsDir, seededRandom(Number(seed)), (step) => say({ step })),
  // Whole backups only: the proof kills at their steps. The proof `newest` is about the changes between them.
  policy: { heartbeat: 1_000, backoff: 100, settle: 50, saveEvery: 300, maxRestarts: 1_000, keep: 'off' },
});
session.on('state', (state) => {
  const reason = state.name === 'ended' ? `${state.reason}: ${state.detail}` : '';
  say({ state: state.name, reason });
});
session.on('qr', ({ qr }) => say({ qr: qr.reveal() }));
session.on('linked', () => say({ event: 'linked' }));
session.on('saved', ({ generation }) => say({ event: 'saved', generation }));
session.on('warning', ({ what }) => say({ event: 'warning', what }));
session.on('recovery', (recovery) => {
  if (recovery.step === 'restoring') say({ step: 'restore' });
  else say({ step: 'idle', recovery });
});
let page: NativePage | undefined;
session.on('page', (native) => {
  page = native;
});
process.on('SIGUSR2', () => {
  const described = page?.evaluate(describePage) ?? Promise.resolve('no page');
  described.then(
    (text) => note(`page: ${text}`),
    (error: unknown) => note(`page: it could not be described: ${error}`),
  );
});
process.once('SIGTERM', () => void session.stop());
await session.start();

type NativePage = typeof session extends Session<infer Native> ? Native : never;

/** Runs in the page. */
async function describePage(): Promise<string> {
  const databases = await indexedDB.databases();
  const kept = { local: Object.keys(localStorage), databases: databases.map(({ name }) => name) };
  return `${location.href} ${document.readyState} ${document.body.textContent.slice(0, 200)} ${JSON.stringify(kept)}`;
}
