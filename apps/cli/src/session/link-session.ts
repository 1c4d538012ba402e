import { linkOptions, linkPolicy, type OptionValues } from '@wakey/config';
import type { CommandInput } from '../commands/command.js';
import { exitOptions, sessionCommandOptions } from '../options/commands.js';
import { startAgain } from '../options/start-again.js';
import type { Shell } from '../shell.js';
import { openView } from '../views/open-view.js';
import { openSession } from './open-session.js';
import { runSession, untilRest } from './run-session.js';

/** The options of a command that may link a device and then runs the session. */
export const linkSessionOptions = { ...linkOptions, ...exitOptions, ...sessionCommandOptions };

/** The input of such a command. */
export type LinkInput = CommandInput<typeof linkSessionOptions>;

/**
 * Starts the session or links it again, and runs it until a signal stops it, or with `--exit-when-ready` until it is ready.
 * Returns the exit code.
 */
export async function linkSession(verb: 'start' | 'relink', input: LinkInput, shell: Shell): Promise<number> {
  const { session: id, values, given } = input;
  const resume = startAgain(id, given);
  const view = openView(shell, { session: id, resume, ...values });
  const opened = await openSession({ id, values, policy: linkPolicy(values), program: `wakey ${verb}`, view, shell });
  const { exitWhenReady } = values;
  return runSession({
    ...opened,
    view,
    shell,
    resume,
    endsBySignal: !exitWhenReady,
    mustKeep: exitWhenReady,
    async work(session) {
      await session[verb](phoneOf(values));
      if (exitWhenReady) await session.ready();
      else await untilRest(session);
    },
  });
}

function phoneOf({ linkCode }: OptionValues<typeof linkSessionOptions>): { readonly phone?: string } {
  return linkCode === undefined ? {} : { phone: linkCode };
}
