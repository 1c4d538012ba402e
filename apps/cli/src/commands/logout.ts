import type { Session } from '@wakey/client';
import { UsageError } from '@wakey/config';
import { sessionCommandOptions } from '../options/commands.js';
import { startAgain } from '../options/start-again.js';
import { openSession } from '../session/open-session.js';
import { requireSession } from '../session/require-session.js';
import { runSession } from '../session/run-session.js';
import { openView } from '../views/open-view.js';
import type { View } from '../views/view.js';
import { command } from './command.js';

/** `wakey logout`: unlinks the device and erases its login once WhatsApp has confirmed. */
export const logout = command({
  name: 'logout',
  summary: 'Unlink this device and erase its login, once WhatsApp has confirmed it.',
  session: { doc: 'Name of the session.' },
  options: sessionCommandOptions,
  examples: [['logout main', 'unlink the session main']],
  async run({ session: id, values, given }, shell) {
    await requireSession(id, values, shell);
    const resume = startAgain(id, given);
    const view = withoutCodes(openView(shell, { session: id, resume, ...values }));
    const opened = await openSession({ id, values, policy: {}, program: 'wakey logout', view, shell });
    return runSession({
      ...opened,
      view,
      shell,
      resume,
      endsBySignal: false,
      async work(session) {
        await session.start();
        await readyUnlessUnlinked(session);
        await session.logout();
      },
    });
  },
});

/** A view without codes: if the session is not linked, a logout must not offer a link. */
function withoutCodes(view: View): View {
  return {
    ...view,
    state: (state) => (state.name.startsWith('awaiting-') ? undefined : view.state(state)),
    notice: (notice) => (['qr', 'link-code', 'passkey'].includes(notice.type) ? undefined : view.notice(notice)),
  };
}

async function readyUnlessUnlinked(session: Session): Promise<void> {
  for await (const { name } of session.states()) {
    if (name === 'ready') return;
    if (name.startsWith('awaiting-')) {
      throw new UsageError(`Session "${session.id}" is not linked: there is nothing to log out.`);
    }
  }
  await session.ready();
}
