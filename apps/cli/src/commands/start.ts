import { linkSession, linkSessionOptions } from '../session/link-session.js';
import { command } from './command.js';

/** `wakey start`: logs in, and keeps the session logged in until it is stopped. */
export const start = command({
  name: 'start',
  summary: 'Log in and stay logged in, until Ctrl-C.',
  description: 'Shows a QR code the first time. Later starts use the saved login and need no code.',
  session: { fallback: 'main', doc: 'Name of the session: one login of one account.' },
  options: linkSessionOptions,
  examples: [
    ['start', 'show a QR code, then stay logged in'],
    ['start work --exit-when-ready', 'link a second account, keep its login, and exit'],
    ['start --link-code 447700900000', 'link with a code instead of a camera'],
    ['start --json', 'one JSON object per line, for other programs'],
  ],
  run: (input, shell) => linkSession('start', input, shell),
});
