import type { Session } from '@wakey/client';
import type { Shell } from '../shell.js';
import type { View } from '../views/view.js';
import { readLines } from './read-lines.js';

/**
 * Where WhatsApp asks for the account's passkey: takes the assertion from the input, as one line of JSON, or the refusal.
 * Gives what ends that.
 */
export function answerPasskeys(session: Session, shell: Shell, view: View): () => void {
  const answer = async (line: string) => {
    if (line === REFUSAL) return session.refusePasskey();
    if (!isObject(line))
      throw new Error('That is no assertion. Paste the whole copied text on one line, then press Enter:');
    return session.answerPasskey(line);
  };
  const lines = readLines(shell, answer, view.tell);
  const stopListening = session.on('passkey', () => {
    view.tell(`Paste the assertion as one line of JSON and press Enter, or type "${REFUSAL}".`);
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

/** What is not even JSON is told at once; all else is for the page to judge. */
function isObject(text: string): boolean {
  try {
    return typeof JSON.parse(text) === 'object';
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

const REFUSAL = 'refuse';
