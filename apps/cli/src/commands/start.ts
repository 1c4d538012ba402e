import {
  browserOptions,
  linkOptions,
  linkPolicy,
  pageOptions,
  placeOptions,
  sessionOptions,
  storeOptions,
} from '@wakey/config';
import { exitOptions, logOptions, outputOptions } from '../options/commands.js';
import { startAgain } from '../options/start-again.js';
import { openSession } from '../session/open-session.js';
import { runSession, untilRest } from '../session/run-session.js';
import { openView } from '../views/open-view.js';
import { command } from './command.js';

/** `wakey start`: logs in, and keeps the session logged in until it is stopped. */
export const start = command({
  name: 'start',
  summary: 'Log in and stay logged in, until Ctrl-C.',
  description: 'Shows a QR code the first time. Later starts use the saved login and need no code.',
  session: { fallback: 'main', doc: 'Name of the session: one login of one account.' },
  options: {
    ...linkOptions,
    ...exitOptions,
    ...placeOptions,
    ...storeOptions,
    ...sessionOptions,
    ...pageOptions,
    ...outputOptions,
    ...browserOptions,
    ...logOptions,
  },
  examples: [
    ['start', 'show a QR code, then stay logged in'],
    ['start work --exit-when-ready', 'link a second account, keep its login, and exit'],
    ['start --link-code 447700900000', 'link with a code instead of a camera'],
    ['start --json', 'one JSON object per line, for other programs'],
  ],
  async run({ session: id, values, given }, shell) {
    const resume = startAgain(id, given);
    const view = openView(shell, { session: id, resume, ...values });
    const opened = await openSession({ id, values, policy: linkPolicy(values), program: 'wakey start', view, shell });
    const { linkCode: phone, exitWhenReady } = values;
    return runSession({
      ...opened,
      view,
      shell,
      resume,
      endsBySignal: !exitWhenReady,
      mustKeep: exitWhenReady,
      async work(session) {
        await session.start(phone === undefined ? {} : { phone });
        if (exitWhenReady) await session.ready();
        else await untilRest(session);
      },
    });
  },
});
