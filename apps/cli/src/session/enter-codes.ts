import { createInterface, type Interface } from 'node:readline';
import type { Session } from '@wakey/client';
import type { Shell } from '../shell.js';
import type { View } from '../views/view.js';

/**
 * Where the phone shows a link code and the page wants it typed: takes it from the input, a line an entry. Gives what
 * ends that.
 */
export function enterCodes(session: Session, { input }: Shell, view: View): () => void {
  let lines: Interface | undefined;
  const close = () => {
    lines?.close();
    lines = undefined;
    input.pause();
  };
  const open = () => {
    lines = createInterface({ input, terminal: false });
    lines.on('line', (line) => {
      const code = line.trim();
      if (code !== '') session.submitLinkCode(code).catch((error: unknown) => view.tell(textOf(error)));
    });
  };
  const stopListening = session.on('link-code', ({ code }) => {
    if (code.direction !== 'type-here') return;
    view.tell(
      code.again
        ? 'That code was wrong. Type the one that the phone shows now, then Enter:'
        : 'Type the code that the phone shows, then Enter:',
    );
    if (lines === undefined) open();
  });
  const stopWatching = session.on('state', ({ name }) => {
    if (name !== 'awaiting-link-code' && lines !== undefined) close();
  });
  return () => {
    stopListening();
    stopWatching();
    close();
  };
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
