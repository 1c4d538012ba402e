import { appendFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { linkSession, startRig, trail } from '../support/rig.ts';

// Without the trimming of logs before a start, the last one shows a code: Chromium has deleted the databases.
it('keeps the login when a kill has left a record of IndexedDB unfinished, start after start', async () => {
  const rig = await startRig();
  try {
    await (await linkSession(rig)).stop();
    await appendFile(await newestLog(join(rig.sessionsDir, 'main/profile/Default/IndexedDB')), unfinishedRecord);
    const seen: string[] = [];
    for (let start = 1; start <= 3; start += 1) {
      const session = rig.session();
      const states = trail(session);
      session.on('qr', () => void session.stop());
      await session.start();
      await Promise.race([session.ready(), new Promise((resolve) => session.on('qr', resolve))]);
      await session.stop();
      seen.push(...states);
    }
    expect(seen).not.toContain('awaiting-qr');
    expect(rig.simulator.phone.devices()).toHaveLength(1);
  } finally {
    await rig.close();
  }
});

/** A checksum, a length of 64, the type of a whole record, and the first of its 64 bytes. */
const unfinishedRecord = Buffer.from('01020304400001aa', 'hex');

async function newestLog(databases: string): Promise<string> {
  const files = await readdir(databases, { recursive: true });
  const [log = ''] = files
    .filter((name) => name.endsWith('.log'))
    .sort()
    .reverse();
  return join(databases, log);
}
