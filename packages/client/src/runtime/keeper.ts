import type { RecoveryCause, Restrictions } from '@wakey/core';
import type { Followed } from '../workspace/followed.js';
import type { RecordChange } from '../workspace/record.js';
import type { Workspace } from '../workspace/workspace.js';
import type { Browser } from './browser.js';
import type { Directory, UnfinishedErasure } from './directory.js';
import { createFollower } from './follower.js';
import { isBehind, lastFollowed, meansOf } from './follower-means.js';
import { type Job, startJob } from './job.js';
import { judge, type Verdict } from './judge.js';
import { detailOf, type Send, type SessionParts } from './parts.js';
import { provedBy } from './prove.js';
import { restoreBackup } from './restore-backup.js';
import type { Rung } from './rungs.js';
import { type SaveCause, saveBackup } from './save-backup.js';
import { endQuarantine, eraseStored, type Keep, type Taken } from './store-quarantine.js';

/**
 * Owns what is known and kept of the login: the record of it, its backups, and the ladder by which they come back. One save and
 * one restore run at a time. Reports by events.
 */
export interface Keeper {
  /** Before the directory is opened: the recovery ladder begins again with the newest backup. */
  beginRun(): void;
  /** Settles what the store holds, once the directory is open: see `OpenSteps`. */
  settleBackups(unfinished: UnfinishedErasure | undefined): Promise<void>;
  /** Decides from what the run starts. */
  judge(workspace: Workspace, isFresh: () => boolean, signal: AbortSignal): Promise<Verdict>;
  /** A browser is about to start on the profile as it is now. */
  beginBrowser(): void;
  /** A browser runs on the profile: each change is kept from now on, if store and driver can. */
  watchBrowser(): void;
  /** A reading of the page found the session ready: see `Follower.prove`. */
  proveAgain(): void;
  /** Records that the profile holds credentials. */
  markLinked(): void;
  /**
   * Records that the page found no login in the profile. The account and the other facts of the login stay in the record:
   * the page may be wrong, so code that erases or moves the profile must still treat the profile as one with a login.
   */
  markLost(): void;
  /** Called when the session becomes ready: records which backup that proves. */
  prove(): void;
  /** Records what WhatsApp forbids the account, so that other processes can read it. */
  noteRestrictions(restrictions: Restrictions): void;
  /**
   * Records for which account the session was ready. With a store, also writes a backup. Reports `saved` or `save-failed`, unless
   * the browser of the save is being ended.
   */
  save(why: SaveCause, ready: { readonly me: string; readonly at: number } | undefined): void;
  /** Whether a save is under way. */
  isSaving(): boolean;
  /** Replaces the live profile by the newest backup that was not tried yet. Reports `restored`, `nothing-to-restore` or `restore-failed`. */
  restore(why: RecoveryCause): void;
  /**
   * Erases the credentials in the store first, then in the profile, so that no backup outlives the profile unnoticed. Reports
   * `erased` or `erase-failed`.
   */
  erase(keep: Keep): void;
  /** Ends all work on the directory. Resolves to whether the store has a backup that equals the live profile. */
  endRun(): Promise<boolean>;
}

/** After how many of its time limits a save counts as hanging. */
const OVERDUE = 2;

/** Creates the keeper of a session's login. */
export function createKeeper(
  parts: SessionParts,
  send: Send,
  { directory, browser }: { readonly directory: Directory; readonly browser: Pick<Browser, 'life'> },
): Keeper {
  const { clock, log } = parts;
  let saving: Job | undefined;
  /** When that save began, in ms since 1970. */
  let savingSince = 0;
  let restoring: Job | undefined;
  /** The rung that the recovery ladder reached last: only lower ones come next. */
  let rung: Rung | undefined;
  /** The backup that the profile held when the browser started; `undefined` without one, or after a new link. */
  let descendsFrom: number | undefined;
  let isKept = false;
  const means = meansOf(parts);
  const follower = means === undefined ? undefined : createFollower(parts, means, send);

  return {
    beginRun() {
      rung = undefined;
    },
    async settleBackups(unfinished) {
      const taken = owned();
      if (unfinished !== undefined) await eraseStored(parts, taken, unfinished);
      await endQuarantine(parts, taken);
    },
    async judge(workspace, isFresh, signal) {
      const verdict = await judge(parts, { workspace, lease: directory.lease() }, isFresh, signal);
      const goesOn = verdict.linked && verdict.recover === undefined && verdict.canRestore;
      const { all, known } = means && goesOn ? await lastFollowed(parts, means, workspace, signal) : {};
      const isOld = means && known && (await isBehind(parts, means, workspace, known, signal));
      follower?.begin(isOld ? undefined : all);
      return isOld ? { ...verdict, recover: 'profile-behind' } : verdict;
    },
    beginBrowser() {
      isKept = false;
      // Only after the first link: an earlier record may name a backup of a former login.
      const { linkedAt, generation = 0 } = directory.workspace()?.record() ?? {};
      descendsFrom = linkedAt === undefined || generation === 0 ? undefined : generation;
    },
    watchBrowser() {
      const [workspace, life, lease] = [directory.workspace(), browser.life(), directory.lease()];
      if (workspace === undefined || life === undefined || lease === undefined) return;
      follower?.watch({ workspace, fence: lease.lease.fence }, life);
    },
    markLinked() {
      // The session becomes ready by this new link, so its readiness proves no earlier backup, and continues none.
      descendsFrom = undefined;
      follower?.begin(undefined);
      const login = { linkedAt: clock.now(), origin: parts.page.origin, unproved: undefined, lostAt: undefined };
      record(login, 'error', 'could not record the link; the profile still holds the login');
    },
    markLost: () => record({ lostAt: clock.now() }, 'error', 'could not record that the profile holds no login'),
    proveAgain: () => follower?.prove(),
    prove() {
      const workspace = directory.workspace();
      if (workspace === undefined || browser.life() === undefined) return;
      const proof = provedBy(workspace.record(), descendsFrom, clock.now());
      record(proof, 'warn', 'the session is ready, but the record could not name the backup that this proves');
    },
    noteRestrictions(restrictions) {
      const wanted = Object.keys(restrictions).length === 0 ? undefined : restrictions;
      const known = directory.workspace()?.record().restrictions;
      if (JSON.stringify(known) === JSON.stringify(wanted)) return;
      record({ restrictions: wanted }, 'warn', 'could not record the restrictions of the account');
    },
    save(why, ready) {
      const former = saving;
      // A save of the running browser is still under way. It reports its own result, and the next save comes on schedule.
      if (why !== 'stopping' && former !== undefined) return reportOverdue();
      savingSince = clock.now();
      const life = browser.life();
      const isOver = () => life?.signal.aborted === true;
      const job = startJob(async (signal) => {
        await former?.done;
        try {
          const workspace = directory.workspace();
          const lease = directory.lease();
          if (workspace === undefined || ready === undefined)
            throw new Error('the session is not open, or was never ready');
          const generation = await saveBackup({ parts, workspace, lease, ready, why, life, follower, signal });
          if (generation !== undefined) {
            isKept = why === 'stopping';
            // The recovery ladder begins again with this backup.
            rung = undefined;
          }
          if (!isOver()) send({ type: 'saved', ...(generation === undefined ? {} : { generation }) });
        } catch (error) {
          log('debug', 'the session was not saved', { error });
          if (isOver()) return;
          directory.reportGone(error);
          send({ type: 'save-failed', detail: detailOf(error) });
        }
      });
      saving = job;
      void job.done.then(() => {
        if (saving === job) saving = undefined;
      });
    },
    isSaving: () => saving !== undefined,
    restore(why) {
      restoring = startJob(async (signal) => {
        try {
          // A save from the former browser may still be running.
          await saving?.cancel();
          rung ??= rungOfLive(why, follower?.followed());
          follower?.begin(undefined);
          const onRung = (reached: Rung) => {
            rung = reached;
          };
          const onRestored = (followed: Followed | undefined) => follower?.begin(followed);
          const outcome = await restoreBackup({ parts, ...owned(), why, rung, onRung, onRestored, signal });
          if (!signal.aborted) send(outcome);
        } catch (error) {
          if (signal.aborted) log('debug', 'the restore was cancelled', { error });
          else send({ type: 'restore-failed', detail: detailOf(error) });
        }
      });
    },
    erase(keep) {
      const workspace = directory.workspace();
      eraseAll(keep).then(
        () => {
          if (directory.workspace() === workspace) send({ type: 'erased' });
        },
        (error: unknown) => {
          // An erasure that outlives its run must not report to the next one.
          if (directory.workspace() === workspace) send({ type: 'erase-failed', detail: detailOf(error) });
          else log('error', 'an erasure of an earlier run failed', { error });
        },
      );
    },
    async endRun() {
      await endWork();
      await follower?.end();
      const wasKept = isKept;
      isKept = false;
      restoring = undefined;
      rung = undefined;
      return wasKept;
    },
  };

  /** A save that does not end would end all backups of this session without a word. */
  function reportOverdue(): void {
    if (clock.now() - savingSince <= OVERDUE * parts.policy.saveTimeout) return;
    void saving?.cancel();
    send({ type: 'save-failed', detail: 'the last save did not end within its time limit, so no backups are made' });
  }

  function owned(): Taken {
    const workspace = directory.workspace();
    if (workspace === undefined) throw new Error('the session is not open');
    return { workspace, lease: directory.lease() };
  }

  function record(change: RecordChange, level: 'error' | 'warn', failure: string): void {
    if (Object.keys(change).length === 0) return;
    directory
      .workspace()
      ?.update(change)
      .catch((error: unknown) => {
        log(level, failure, { error });
        if (level === 'error') directory.reportGone(error);
      });
  }

  async function eraseAll(keep: Keep): Promise<void> {
    // Read the workspace before the first await: later, another run may hold another workspace, which must not be erased.
    const taken = owned();
    await endWork();
    await follower?.forget(taken.workspace.directory);
    const setAside = await eraseStored(parts, taken, { keep, since: clock.now() });
    await taken.workspace.eraseCredentials({ keep, setAside });
  }

  /** Cancels a running save and restore, and waits until they end. */
  async function endWork(): Promise<void> {
    await Promise.all([saving?.cancel(), restoring?.cancel()]);
  }
}

/**
 * The rung that equals the live profile, if a browser has just found that profile to be of no use: the ladder begins below it.
 * Without segments the backup alone may still be better than the profile.
 */
function rungOfLive(why: RecoveryCause, followed: Followed | undefined): Rung | undefined {
  const isFound = why === 'credentials-lost' || why === 'never-ready';
  if (!isFound || followed === undefined || followed.number === 0) return undefined;
  return { generation: followed.generation, through: followed.number };
}
