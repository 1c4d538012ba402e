import { filesystemStore } from '@wakey/store-filesystem';
import { openSession } from './linked-session.ts';

/**
 * A process with a session, which the test kills: `node session-owner.ts <url> <sessions directory> <store directory>`. Without
 * the last, the store is in the sessions directory. Sends each code, and the number of each backup. It saves the session 0.5 s
 * after it is ready, while Firefox runs.
 */
const [url = '', sessionsDir = '', directory = sessionsDir] = process.argv.slice(2);
const session = openSession({ url, sessionsDir, store: filesystemStore({ directory }), policy: { settle: 500 } });
session.on('qr', ({ qr }) => process.send?.({ qr: qr.reveal() }));
session.on('saved', ({ generation }) => process.send?.({ generation }));
await session.start();
