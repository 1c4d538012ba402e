import { appendFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readBack, startWriting } from '../support/hot-copies/writer.ts';
import { linkSession, type Rig, startRig, trail } from '../support/rig.ts';

// If Wakey did not cut off the unfinished record before the start, the browser would append to it and could not read the new data at the next start.
it('keeps all data of IndexedDB that a page writes after a kill has left an unfinished record in the log', async () => {
  const rig = await startRig();
  try {
    await (await linkSession(rig)).stop();
    await appendFile(await newestLog(join(rig.sessionsDir, 'main/profile/Default/IndexedDB')), unfinishedRecord);
    const first = await resumed(rig);
    await startWriting(first.page, 20);
    await first.page.waitForFunction(() => window.hotCopies.written() === 20);
    await first.session.stop();
    const second = await resumed(rig);
    expect(await readBack(second.page)).toEqual({ last: 20, faults: [] });
  } finally {
    await rig.close();
  }
});

async function resumed(rig: Rig) {
  const session = rig.session();
  const seen = trail(session);
  session.on('qr', () => void session.stop());
  await session.start();
  await session.ready();
  expect(seen).not.toContain('awaiting-qr');
  if (session.page === undefined) throw new Error('The session has no page.');
  return { session, page: session.page };
}

/** The beginning of a record: a checksum, a length of 9, the type of a whole record, and only the first of its 9 bytes. */
const unfinishedRecord = Buffer.from('01020304090001aa', 'hex');

async function newestLog(databases: string): Promise<string> {
  const files = await readdir(databases, { recursive: true });
  const [log = ''] = files
    .filter((name) => name.endsWith('.log'))
    .sort()
    .reverse();
  return join(databases, log);
}
