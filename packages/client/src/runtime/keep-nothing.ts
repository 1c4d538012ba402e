import type { Keeper } from './keeper.js';
import type { Send } from './parts.js';

/**
 * The keeper of an ephemeral session: it reads, writes and erases nothing, because the login ends with its browser. An erasure
 * is done when the browser is gone.
 */
export function keepNothing(send: Send): Keeper {
  return {
    ...{ beginRun: nothing, beginBrowser: nothing, watchBrowser: nothing, proveAgain: nothing, prove: nothing },
    ...{ markLinked: nothing, markLost: nothing, noteRestrictions: nothing },
    settleBackups: async () => undefined,
    judge: async () => ({ linked: false, canRestore: false, isEphemeral: true }),
    save: () => send({ type: 'save-failed', detail: 'the session is ephemeral' }),
    isSaving: () => false,
    restore: () => send({ type: 'nothing-to-restore', quarantine: null }),
    erase: () => send({ type: 'erased' }),
    endRun: async () => false,
  };
}

const nothing = () => undefined;
