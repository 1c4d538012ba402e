import type { BridgeName } from '../bridge/install.js';
import { attach, type Context } from '../target.js';
import type { Journal } from './open-journal.js';
import { restoreJournal, tryBridges } from './restore-journal.js';

/**
 * Puts back what the journal contains, in a page that this function opens and closes; the context keeps the data. Returns the bridges
 * that the documents of this browser need.
 */
export async function prepare(context: Context, journal: Journal | undefined): Promise<readonly BridgeName[]> {
  const { session, targetId } = await attach(context);
  const missing = await tryBridges(session);
  if (journal !== undefined) await restoreJournal(session, journal);
  await context.root.send('Target.closeTarget', { targetId });
  // The journal cannot contain a key of the browser, only the marker by which this bridge replaces it.
  return journal === undefined ? missing : [...new Set<BridgeName>([...missing, 'keys'])];
}
