import type { Session } from '@wakey/client';
import type { Shell } from '../shell.js';
import type { View } from '../views/view.js';
import { readLines } from './read-lines.js';

/**
 * If the phone shows a link code and the page waits for it, reads codes from the input, one in each line. Returns a function that
 * ends the reading.
 */
export function enterCodes(session: Session, shell: Shell, view: View): () => void {
  const lines = readLines(shell, (code) => session.submitLinkCode(code), view.tell);
  const stopListening = session.on('link-code', ({ code }) => {
    if (code.direction !== 'type-here') return;
    view.tell(
      code.again
        ? 'That code was wrong. Type the code that the phone shows now, then press Enter:'
        : 'Type the code that the phone shows, then press Enter:',
    );
    lines.open();
  });
  const stopWatching = session.on('state', ({ name }) => {
    if (name !== 'awaiting-link-code') lines.close();
  });
  return () => {
    stopListening();
    stopWatching();
    lines.close();
  };
}
