import type { Session, SessionState } from '@wakey/client';
import { DONE, exitCodeFor, exitCodeOfSignal } from '../exit-codes.js';
import type { Shell, Signal } from '../shell.js';
import type { View } from '../views/view.js';
import { answerPasskeys } from './answer-passkeys.js';
import { enterCodes } from './enter-codes.js';
import type { OpenedSession } from './open-session.js';
import { watchKeeping } from './watch-keeping.js';

/** How a command runs a session. */
export interface RunOptions extends OpenedSession {
  readonly view: View;
  readonly shell: Shell;
  /** The command that resumes the session. */
  readonly resume: string;
  /** Starts the session and does the work of the command. Rejects if that fails. */
  readonly work: (session: Session) => Promise<void>;
  /** Whether a signal is the usual end of the command. If not, a signal cuts the command off. */
  readonly endsBySignal: boolean;
  /** Whether the command must save the login: it fails if the stop saved nothing. @default false */
  readonly mustKeep?: boolean;
}

/**
 * Runs a session until its work is done or a signal stops it, and always stops it cleanly. Returns the exit code. A second
 * Ctrl-C kills the browser and ends the command at once.
 */
export async function runSession(options: RunOptions): Promise<number> {
  const { session, browsers, view, shell, resume, work, endsBySignal, mustKeep = false } = options;
  let stoppedBy: Signal | undefined;
  const hurry = Promise.withResolvers<number>();
  const stopListening = shell.signals.listen(
    (signal) => {
      stoppedBy = signal;
      if (signal === 'SIGINT') view.tell('Stopping cleanly. Press Ctrl-C again to end at once.');
      void session.stop().catch(() => undefined); // `run` below reports the failure.
    },
    () => void browsers.killAll(KILL_WITHIN).then(() => hurry.resolve(exitCodeOfSignal.SIGINT)),
  );
  const keeping = watchKeeping(session, resume);
  const stopEntering = enterCodes(session, shell, view);
  const stopAnswering = answerPasskeys(session, shell, view);

  const run = async (): Promise<number> => {
    try {
      await work(session);
      const wasOver = hasEnded(session);
      await session.stop();
      // The stop itself can end the session, if nothing can be saved.
      if (!wasOver && hasEnded(session)) await session.ready();
      const problem = mustKeep ? keeping.problem() : undefined;
      if (problem !== undefined) throw problem;
      return stoppedBy === undefined || endsBySignal ? DONE : exitCodeOfSignal[stoppedBy];
    } catch (error) {
      await session.stop().catch(() => undefined); // The command reports the first failure.
      if (stoppedBy !== undefined && session.state.name === 'stopped') {
        return endsBySignal ? DONE : exitCodeOfSignal[stoppedBy];
      }
      view.failed(error);
      return exitCodeFor(error);
    }
  };
  try {
    return await Promise.race([run(), hurry.promise]);
  } finally {
    keeping.stop();
    stopEntering();
    stopAnswering();
    stopListening();
    view.close();
  }
}

function hasEnded({ state }: Session): boolean {
  return state.name === 'ended';
}

/** Resolves when the session is stopped. Rejects if the session ended by itself. */
export async function untilRest(session: Session): Promise<void> {
  let last: SessionState = session.state;
  for await (const state of session.states()) last = state;
  // `ready()` rejects with the error of the ending.
  if (last.name === 'ended') await session.ready();
}

/** How long a second Ctrl-C waits for the end of the killed browser, in ms. */
const KILL_WITHIN = 2_000;
