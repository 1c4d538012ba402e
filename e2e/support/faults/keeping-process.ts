/*
 * A session that saves backups all the time, in a process of its own that a proof kills: `node keeping-process.ts <url>
 * <sessions-dir> <seed>`. Prints one JSON line for each state, each event, and each step of its store. SIGTERM stops it cleanly.
 */
import { writeSync } from 'node:fs';
import { createSession } from '@wakey/client';
import { puppeteerDriver } from '@wakey/driver-puppeteer';
import { whatsappWeb } from '@wakey/whatsapp-web';
import { chromiumPath } from '../chromium.ts';
import { seededRandom } from '../random.ts';
import { slowStore } from './slow-store.ts';

const [url = '', sessionsDir = '', seed = '0'] = process.argv.slice(2);
// Writes synchronously, so that every line printed before a SIGKILL arrives.
const say = (line: object) => writeSync(1, `${JSON.stringify({ ...line, at: Date.now() })}\n`);
const session = createSession({
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
process.once('SIGTERM', () => void session.stop());
await session.start();
