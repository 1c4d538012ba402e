import type { Client } from 'chrome-remote-interface';
import type { BridgeName } from '../bridge/install.js';
import { openSession, type SessionOptions } from '../session.js';
import type { Journal } from './open-journal.js';
import { restoreJournal, tryBridges } from './restore-journal.js';

/**
 * Finds out what this browser lacks, and puts back what the journal contains, in a page of its own that is closed again. The context
 * keeps the data.
 */
export async function prepare(
  client: Client,
  browserContextId: unknown,
  options: SessionOptions,
  journal: Journal | undefined,
): Promise<readonly BridgeName[]> {
  const root = openSession(client, undefined, options);
  const { targetId } = await root.ask('Target.createTarget', { url: 'about:blank', browserContextId });
  const { sessionId } = await root.ask('Target.attachToTarget', { targetId, flatten: true });
  const session = openSession(client, String(sessionId), options);
  const bridges = await tryBridges(session);
  if (journal !== undefined) await restoreJournal(session, journal);
  await root.send('Target.closeTarget', { targetId });
  return bridges;
}
