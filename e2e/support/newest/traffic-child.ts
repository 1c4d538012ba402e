import { type KeepingChild, startTellingChild } from '../faults/keeping-child.ts';
import type { Places } from './losses.ts';

/** The session of `traffic-process.ts`. */
export interface TrafficSession extends Omit<Places, 'machine'> {
  /** Address of the page. */
  readonly url: string;
  /** The key of an encrypted store, with the live profile in memory; absent: a plain store. */
  readonly key?: string | undefined;
  /** How fast the disk of the store writes; absent: as fast as it can. */
  readonly bytesPerSecond?: number | undefined;
  /** After SIGUSR2: how many MB of rows the page stores as fast as it can, less those that it has. @default 0 */
  readonly megabytes?: number;
  /** How many of these the page stores after the first SIGUSR2. @default all */
  readonly first?: number;
  /** The Lightpanda that it runs in, and the directory for temporary files. @default a headless Chromium */
  readonly lightpanda?: { readonly executable: string; readonly temporary: string } | undefined;
  /** After SIGUSR2 the page first removes the rows that it has, which leaves garbage in a journal. @default false */
  readonly discards?: boolean;
}

/** Starts a session that a proof loses while messages flow, in a process of its own. */
export function startTrafficChild(session: TrafficSession): KeepingChild {
  const script = new URL('./traffic-process.ts', import.meta.url);
  const { sessionsDir, megabytes = 0 } = session;
  return startTellingChild({
    script,
    args: [JSON.stringify(session)],
    sessionsDir,
    // A large profile is saved and restored for minutes on a busy machine.
    patience: 120_000 + 500 * megabytes,
  });
}
