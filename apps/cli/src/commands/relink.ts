import { linkSession, linkSessionOptions } from '../session/link-session.js';
import { requireSession } from '../session/require-session.js';
import { command } from './command.js';

/** `wakey relink`: removes the login of a session and links the session again under the same name. */
export const relink = command({
  name: 'relink',
  summary: 'Remove the login of a session and link it again under the same name.',
  session: { doc: 'Name of the session.' },
  options: linkSessionOptions,
  examples: [['relink main', 'show a fresh QR code for the session main']],
  async run(input, shell) {
    await requireSession(input.session, input.values, shell);
    return linkSession('relink', input, shell);
  },
});
