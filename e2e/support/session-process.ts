/*
 * A session in a process of its own that a proof kills: `node session-process.ts <url> <sessions-dir>`. Prints one JSON line
 * for each change of state; SIGTERM stops the session cleanly.
 */
import { createSession } from '@wakey/client';
import { puppeteerDriver } from '@wakey/driver-puppeteer';
import { whatsappWeb } from '@wakey/whatsapp-web';
import { chromiumPath } from './chromium.ts';

const [url = '', sessionsDir = ''] = process.argv.slice(2);
const session = createSession({
  id: 'main',
  driver: puppeteerDriver({ executable: chromiumPath('headless-shell') }),
  page: whatsappWeb({ url }),
  sessionsDir,
  policy: { heartbeat: 1_000, backoff: 100, settle: 500, maxRestarts: 1_000 },
});
session.on('state', (state) => {
  const reason = state.name === 'ended' ? `${state.reason}: ${state.detail}` : '';
  process.stdout.write(`${JSON.stringify({ state: state.name, reason })}\n`);
});
process.once('SIGTERM', () => void session.stop());
await session.start();
