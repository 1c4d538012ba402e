import type { Client } from 'chrome-remote-interface';
import type { BridgeName } from '../bridge/install.js';
import { openSession, type SessionOptions } from '../session.js';
import type { Journal } from './open-journal.js';
import { restoreJournal, tryBridges } from './restore-journal.js';

/**
 * Puts back what the journal contains, in a page that this function opens and closes; the context keeps the data. Returns the bridges
 * that the documents of this browser need.
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
  const missing = await tryBridges(session);
  if (journal !== undefined) await restoreJournal(session, journal);
  await root.send('Target.closeTarget', { targetId });
  // The journal cannot contain a key of the browser, only the marker by which this bridge replaces it.
  return journal === undefined ? missing : [...new Set<BridgeName>([...missing, 'keys'])];
}
