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
  /** Begins, and does what the command is for. Rejects with what kept it from that. */
  readonly work: (session: Session) => Promise<void>;
  /** Whether a stop by signal is what the command is for, rather than what cuts it off. */
  readonly endsBySignal: boolean;
  /** Whether the command is for keeping a login: it fails where the stop has kept nothing. @default false */
  readonly mustKeep?: boolean;
}

/**
 * Runs a session until its work is done or a signal stops it, and always stops it in order. Gives the exit code.
 * A second Ctrl-C kills the browser and ends without further ado.
 */
export async function runSession(options: RunOptions): Promise<number> {
  const { session, browsers, view, shell, resume, work, endsBySignal, mustKeep = false } = options;
  let stoppedBy: Signal | undefined;
  const hurry = Promise.withResolvers<number>();
  const stopListening = shell.signals.listen(
    (signal) => {
      stoppedBy = signal;
      if (signal === 'SIGINT') view.tell('Stopping cleanly. Press Ctrl-C again to end at once.');
      void session.stop().catch(() => undefined); // The end of the run below tells.
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
      // The stop itself may have found that nothing can be kept.
      if (!wasOver && hasEnded(session)) await session.ready();
      const problem = mustKeep ? keeping.problem() : undefined;
      if (problem !== undefined) throw problem;
      return stoppedBy === undefined || endsBySignal ? DONE : exitCodeOfSignal[stoppedBy];
    } catch (error) {
      await session.stop().catch(() => undefined); // What went wrong first is what is told.
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

/** Resolves when the session rests; rejects when it ended by itself. */
export async function untilRest(session: Session): Promise<void> {
  let last: SessionState = session.state;
  for await (const state of session.states()) last = state;
  // An ended session's wait rejects with the ending in words.
  if (last.name === 'ended') await session.ready();
}

/** How long a second Ctrl-C waits for the killed browser to be gone, in ms. */
const KILL_WITHIN = 2_000;
