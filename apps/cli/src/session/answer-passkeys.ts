import type { Session } from '@wakey/client';
import type { Shell } from '../shell.js';
import type { View } from '../views/view.js';
import { readLines } from './read-lines.js';

/**
 * If WhatsApp asks for the account's passkey, reads the assertion from the input, as one line of JSON, or the refusal. Returns a
 * function that ends the reading.
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

/** Refuses text that is not JSON at once. The page judges the rest. */
function isObject(text: string): boolean {
  try {
    return typeof JSON.parse(text) === 'object';
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

const REFUSAL = 'refuse';
