import type { Session } from '@wakey/client';
import { WakeyError } from '@wakey/core';

/** Whether a session has saved its login. */
export interface Keeping {
  /** Why the newest login is not saved; undefined if it is. */
  problem(): WakeyError | undefined;
  stop(): void;
}

/** Listens to a session for whether its last save succeeded. */
export function watchKeeping(session: Session, resume: string): Keeping {
  let isKept = false;
  let why = 'it was stopped before anything was saved';
  const offs = [
    session.on('saved', () => {
      isKept = true;
    }),
    session.on('warning', ({ what }) => {
      if (!/^not saved|while saving$/.test(what)) return;
      isKept = false;
      why = what;
    }),
  ];
  return {
    problem: () => (isKept ? undefined : notKept(session.id, why, resume)),
    stop() {
      for (const off of offs) off();
    },
  };
}

function notKept(id: string, why: string, resume: string): WakeyError {
  return new WakeyError('store-unwritable', {
    what: `Session "${id}" became ready, but its login was not saved: ${why.replace(/\.$/, '')}.`,
    hint: `Correct this, then run again: ${resume} --exit-when-ready. Earlier backups are unchanged.`,
    details: { session: id },
  });
}
