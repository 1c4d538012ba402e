import type { Session } from '@wakey/client';
import type { Shell } from '../shell.js';
import type { View } from '../views/view.js';
import { readLines } from './read-lines.js';

/**
 * Where WhatsApp asks for the account's passkey: takes the assertion from the input, as one line of JSON, or the refusal.
 * Gives what ends that.
 */
export function answerPasskeys(session: Session, shell: Shell, view: View): () => void {
  const answer = (line: string) => (line === REFUSAL ? session.refusePasskey() : session.answerPasskey(line));
  const lines = readLines(shell, answer, view.tell);
  const stopListening = session.on('passkey', () => {
    view.tell(`Paste the assertion as one line of JSON, then Enter; or type "${REFUSAL}".`);
    lines.open();
  });
  const stopWatching = session.on('state', ({ name }) => {
    if (name !== 'awaiting-passkey') lines.close();
  });
  return () => {
    stopListening();
    stopWatching();
    lines.close();
  };
}

const REFUSAL = 'refuse';
