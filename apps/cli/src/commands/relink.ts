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
import { requireSession } from '../session/require-session.js';
import { runSession, untilRest } from '../session/run-session.js';
import { openView } from '../views/open-view.js';
import { command } from './command.js';

/** `wakey relink`: removes the login of a session and links the session again under the same name. */
export const relink = command({
  name: 'relink',
  summary: 'Remove the login of a session and link it again under the same name.',
  session: { doc: 'Name of the session.' },
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
  examples: [['relink main', 'show a fresh QR code for the session main']],
  async run({ session: id, values, given }, shell) {
    await requireSession(id, values, shell);
    const resume = startAgain(id, given);
    const view = openView(shell, { session: id, resume, ...values });
    const opened = await openSession({ id, values, policy: linkPolicy(values), program: 'wakey relink', view, shell });
    const { linkCode: phone, exitWhenReady } = values;
    return runSession({
      ...opened,
      view,
      shell,
      resume,
      endsBySignal: !exitWhenReady,
      mustKeep: exitWhenReady,
      async work(session) {
        await session.relink(phone === undefined ? {} : { phone });
        if (exitWhenReady) await session.ready();
        else await untilRest(session);
      },
    });
  },
});
