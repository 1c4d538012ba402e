/*
 * A session that a proof loses while messages flow, in a process of its own: `node traffic-process.ts <url> <sessions-dir>
 * <store-dir> <memory-dir> <key>`. Without a key, the store is not encrypted and the live profile is on the disk. Prints one JSON
 * line for each state, each backup, each segment that is in the store, and with `ready` how old the profile is.
 */
import { writeSync } from 'node:fs';
import { createSession } from '@wakey/client';
import { type SessionStore, secret } from '@wakey/core';
import { puppeteerDriver } from '@wakey/driver-puppeteer';
import { encryptedStore } from '@wakey/store-encrypted';
import { filesystemStore } from '@wakey/store-filesystem';
import { whatsappWeb } from '@wakey/whatsapp-web';
import { chromiumPath } from '../chromium.ts';

const [url = '', sessionsDir = '', storeDir = '', memoryDir = '', key = ''] = process.argv.slice(2);
// Writes synchronously, so that every line printed before a SIGKILL arrives.
const say = (line: object) => writeSync(1, `${JSON.stringify({ ...line, at: Date.now() })}\n`);
const plain = filesystemStore({ directory: storeDir });
const session = createSession({
  id: 'main',
  driver: puppeteerDriver({ executable: chromiumPath('headless-shell') }),
  page: whatsappWeb({ url }),
  sessionsDir,
  store: telling(key === '' ? plain : encryptedStore({ store: plain, identities: [secret(key)] })),
  ...(key === '' ? {} : { liveProfile: memoryDir }),
  policy: { heartbeat: 1_000, backoff: 100, settle: 100, maxRestarts: 1_000 },
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
await session.start();

/** The same store, which prints each segment once the store has it. */
function telling(store: SessionStore): SessionStore {
  const { segments } = store;
  if (segments === undefined) return store;
  return {
    ...store,
    segments: {
      ...segments,
      async append(id, bytes, options) {
        await segments.append(id, bytes, options);
        say({ event: 'kept', number: options.number, bytes: bytes.byteLength });
      },
    },
  };
}
