import { linkOptions, linkPolicy, type OptionValues, UsageError } from '@wakey/config';
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
  const { exitWhenReady, ephemeral } = values;
  if (exitWhenReady && ephemeral) throw new UsageError(NOTHING_LEFT);
  const resume = startAgain(id, given);
  const view = openView(shell, { session: id, resume, ...values });
  const asked = { policy: linkPolicy(values), ephemeral, program: `wakey ${verb}` };
  const opened = await openSession({ id, values, ...asked, view, shell });
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

const NOTHING_LEFT =
  '--exit-when-ready and --ephemeral: the login of an ephemeral session ends with its browser, so nothing would be left. Leave one of them out.';

function phoneOf({ linkCode }: OptionValues<typeof linkSessionOptions>): { readonly phone?: string } {
  return linkCode === undefined ? {} : { phone: linkCode };
}
