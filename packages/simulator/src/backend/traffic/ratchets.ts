import type { Commit, HeldSession, Holding, ToldCommit } from '../../ratchet/holding.ts';

/** What a device held when it connected, compared with what it had told before. */
export interface HeldAtConnect {
  /** Time of the connection, in ms since the epoch. */
  readonly at: number;
  /** How many commits the device had told before: messages sent, and receipts of messages. */
  readonly acknowledged: number;
  /** Number of the newest commit in its storage. */
  readonly commits: number;
  /** By how many messages its storage is older than what it had told. */
  readonly behind: number;
  /** When the device told the oldest commit that its storage lacks, in ms since the epoch; null if it lacks none. */
  readonly lacksFrom: number | null;
  /** Whether another copy of the device ran: its newest commit is not the one that it told last under this number. */
  readonly isOtherCopy: boolean;
  /** The first commit that is missing although a later one is there; null if there is no gap. */
  readonly firstMissing: number | null;
  /** Whether each commit is there with both of its rows, or with none. */
  readonly isWhole: boolean;
  /** The error because of which the device could not read its storage, or null. */
  readonly problem: string | null;
  readonly sessions: readonly ComparedSession[];
}

/** The counters of one session or sender key in the device's storage, and by how many messages and turns they are older. */
export interface ComparedSession extends HeldSession {
  readonly behind: { readonly sent: number; readonly received: number; readonly turns: number };
}

/** Records what a device tells about its storage. */
export interface RatchetRecord {
  /** Number of the newest commit that the device has told since it connected. */
  acknowledged(): number;
  /** Whether the device has told nothing, and has never connected. */
  isEmpty(): boolean;
  /** What the device held at its newest connections, newest last. */
  connects(): readonly HeldAtConnect[];
  tell(commit: ToldCommit, at: number): void;
  connect(holding: Holding, at: number): HeldAtConnect;
}

const kept = { connects: 100, marks: 100_000 };

/** See {@link RatchetRecord}. */
export function createRatchetRecord(): RatchetRecord {
  const marks = new Map<number, { readonly mark: string; readonly at: number }>();
  /** The marks of commits that an older copy of the device has left behind. */
  const abandoned = new Set<string>();
  const sessions = new Map<string, HeldSession>();
  let acknowledged = 0;
  let connects: readonly HeldAtConnect[] = [];

  function isOther({ number, mark }: Commit): boolean {
    const told = marks.get(number);
    return abandoned.has(mark) || (told !== undefined && told.mark !== mark);
  }

  function compared(holding: Holding): readonly ComparedSession[] {
    const held = new Map(holding.sessions.map((session) => [session.peer, session]));
    const lost = [...sessions.keys()].filter((peer) => !held.has(peer));
    const none = lost.map((peer) => ({ peer, session: 0, step: 0, sent: 0, received: 0 }));
    return [...holding.sessions, ...none].map((session) => ({ ...session, behind: behindOf(session) }));
  }

  function behindOf(held: HeldSession): ComparedSession['behind'] {
    const told = sessions.get(held.peer);
    if (told === undefined || told.session < held.session) return { sent: 0, received: 0, turns: 0 };
    // A session that began later than the storage is missing in it as a whole.
    const { step, sent, received } = told.session === held.session ? held : { step: 0, sent: 0, received: 0 };
    const less = (one: number, other: number): number => Math.max(0, one - other);
    return { sent: less(told.sent, sent), received: less(told.received, received), turns: less(told.step, step) };
  }

  return {
    acknowledged: () => acknowledged,
    isEmpty: () => marks.size === 0 && connects.length === 0,
    connects: () => connects,
    tell({ number, mark, session }, at) {
      acknowledged = Math.max(acknowledged, number);
      marks.set(number, { mark, at });
      marks.delete(number - kept.marks);
      sessions.set(session.peer, session);
    },
    connect(holding, at) {
      const { newest, firstMissing = null, isWhole, problem = null } = holding;
      const commits = newest.number;
      const behind = Math.max(0, acknowledged - commits);
      const isOtherCopy = isOther(newest);
      const lacksFrom = marks.get(firstMissing ?? commits + 1)?.at ?? null;
      const held = { at, acknowledged, commits, behind, lacksFrom, isOtherCopy, firstMissing, isWhole, problem };
      const report = { ...held, sessions: compared(holding) };
      connects = [...connects, report].slice(-kept.connects);
      // From now on the device goes on from what it holds.
      for (const [number, { mark }] of marks) {
        if (number <= commits) continue;
        marks.delete(number);
        abandoned.add(mark);
      }
      acknowledged = commits;
      sessions.clear();
      for (const session of holding.sessions) sessions.set(session.peer, session);
      return report;
    },
  };
}
