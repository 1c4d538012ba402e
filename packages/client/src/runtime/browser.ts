import {
  type BrowserHandle,
  type EndReason,
  isWakeyError,
  type OpenPage,
  type PageCommand,
  type PageSignal,
} from '@wakey/core';
import type { Workspace } from '../workspace/workspace.js';
import { launchOn, refusalOf } from './launch.js';
import { detailOf, type Send, type SessionParts } from './parts.js';

/**
 * Owns the session's browser and its page: at most one, from the request to launch it until its confirmed end. Reports by
 * events, and only of a browser that is not being ended.
 */
export interface Browser {
  /** Starts a browser on the profile of this directory. Reports `browser-launched` or `browser-refused`. */
  launch(workspace: Workspace | undefined): void;
  /** Opens the page. Reports `page-opened` and then the page's signals, or `page-refused`. */
  openPage(): void;
  /** Reads the page again. Does nothing while another reading runs, so that readings do not pile up on a slow page. */
  readPage(): void;
  /** Sends a command to the page. Reports only a failure. */
  command(command: PageCommand): void;
  /** Ends the browser or cancels its launch. Reports `browser-closed` or `browser-unkillable`. */
  close(): void;
  /**
   * Ends the browser. Rejects when the end of its process could not be confirmed; the browser is then still owned, and the
   * next call tries again. Calls during the ending wait for that same ending, so that no late call ends the next browser.
   */
  end(): Promise<void>;
  /** The browser library's own page; `undefined` while no page is open. */
  native(): unknown;
  /** The present browser; `undefined` without one. */
  life(): BrowserLife | undefined;
}

/** One browser, for work that must end with it. */
export interface BrowserLife {
  /** Aborts when the browser is being ended. */
  readonly signal: AbortSignal;
  /** The driver's handle; `undefined` while the browser starts. */
  readonly handle: BrowserHandle | undefined;
}

interface Life extends BrowserLife {
  readonly abort: AbortController;
  readonly workspace: Workspace | undefined;
  /** Settles when the launch has succeeded or failed. Never rejects. */
  launched: Promise<void>;
  handle: BrowserHandle | undefined;
  /** Why a failed launch may have left a browser running. */
  leftBehind: Error | undefined;
  /** Settles when the browser has ended or could not be ended; absent before the ending begins. */
  ending: Promise<void> | undefined;
  page: OpenPage | undefined;
  /** Since when a reading of the page is under way, in ms since 1970; `undefined` without one. */
  readingSince: number | undefined;
}

/** After how many of its time limits a reading counts as hanging. */
const OVERDUE = 3;

/** The errors of a reading that refuse the page itself. Every other error is a failure of the reading. */
const refusals = ['page-foreign', 'page-unreachable'] as const;

/** Creates the owner of a session's browser. `onOpened` gets the browser library's own page. */
export function createBrowser(parts: SessionParts, send: Send, onOpened: (native: unknown) => void): Browser {
  const { policy, log, clock } = parts;
  let life: Life | undefined;

  const browser: Browser = {
    launch(workspace) {
      const abort = new AbortController();
      const next: Life = {
        ...{ abort, signal: abort.signal, workspace, launched: Promise.resolve(), readingSince: undefined },
        ...{ handle: undefined, leftBehind: undefined, ending: undefined, page: undefined },
      };
      life = next;
      next.launched = launch(next);
    },
    openPage() {
      const opening = life;
      if (opening?.handle === undefined) return; // The browser was lost meanwhile; the event `browser-lost` reports that.
      const { page } = opening.handle;
      // Early signals wait until the page is open, so that the machine gets `page-opened` before them.
      const early: PageSignal[] = [];
      const pass = (signal: PageSignal) => {
        if (opening.signal.aborted) return;
        if (opening.page === undefined) early.push(signal);
        else send(signal);
      };
      const timeout = Math.min(policy.loadTimeout, policy.startTimeout * 0.8);
      parts.page.open(page, { onSignal: pass, timeout, signal: opening.signal }).then(
        (opened) => {
          if (opening.signal.aborted) return opened.close();
          opening.page = opened;
          onOpened(page.native);
          send({ type: 'page-opened' });
          for (const signal of early) pass(signal);
        },
        (error: unknown) => refusePage(opening, error),
      );
    },
    readPage() {
      const reading = life;
      if (reading?.page === undefined) return;
      const timeout = Math.min(10_000, policy.heartbeat);
      if (reading.readingSince !== undefined) {
        // A reading keeps its own time limit. If it does not, the session must not believe for ever what it read before.
        const isOverdue = clock.now() - reading.readingSince > OVERDUE * timeout;
        if (isOverdue) send({ type: 'read-failed', detail: 'a reading of the page did not end within its time limit' });
        return;
      }
      reading.readingSince = clock.now();
      reading.page
        .read({ timeout, signal: reading.signal })
        .catch((error: unknown) => {
          const detail = detailOf(error);
          if (reading.signal.aborted) return;
          const reason = refusals.find((code) => isWakeyError(error, code));
          send(reason === undefined ? { type: 'read-failed', detail } : { type: 'page-refused', reason, detail });
        })
        .finally(() => {
          reading.readingSince = undefined;
        });
    },
    command(command) {
      const commanded = life;
      const failed = (detail: string) => send({ type: 'page-command-failed', command: command.type, detail });
      if (commanded?.page === undefined) return void failed('the page is not open');
      commanded.page.perform(command, { signal: commanded.signal }).catch((error: unknown) => {
        if (!commanded.signal.aborted) failed(detailOf(error));
      });
    },
    close() {
      browser.end().then(
        () => send({ type: 'browser-closed' }),
        (error: unknown) => send({ type: 'browser-unkillable', detail: detailOf(error) }),
      );
    },
    async end() {
      const ended = life;
      if (ended === undefined) return;
      ended.abort.abort();
      ended.ending ??= end(ended).catch((error: unknown) => {
        ended.ending = undefined;
        throw error;
      });
      await ended.ending;
    },
    native: () => (life?.page === undefined ? undefined : life.handle?.page.native),
    life: () => life,
  };
  return browser;

  async function launch(next: Life): Promise<void> {
    try {
      await launchOn(parts, next.workspace, next.signal, (handle) => {
        next.handle = handle;
      });
    } catch (error) {
      if (isWakeyError(error, 'browser-unkillable')) next.leftBehind = error;
      if (next.signal.aborted) log('debug', 'the launch was cancelled', { error });
      else send({ type: 'browser-refused', ...refusalOf(error), detail: detailOf(error) });
      return;
    }
    if (next.signal.aborted || next.handle === undefined) return;
    watch(next, next.handle);
    send({ type: 'browser-launched' });
  }

  function watch({ signal }: Life, { page, lost }: BrowserHandle): void {
    const lose = (detail: string) => {
      if (!signal.aborted) send({ type: 'browser-lost', detail });
    };
    page.on('crashed', ({ detail }) => lose(`the page crashed: ${detail}`));
    page.on('page-error', ({ message }) => log('debug', 'the page reported an error', { message }));
    void lost.then(({ kind, exitCode, exitSignal, why }) => {
      if (why !== undefined) return lose(`the driver ended the browser: ${why}`);
      const how = exitSignal ?? (exitCode === undefined ? '' : `exit code ${exitCode}`);
      lose(`the browser ${kind}${how === '' ? '' : ` (${how})`}`);
    });
  }

  function refusePage({ signal }: Life, error: unknown): void {
    const detail = detailOf(error);
    const isLost = isWakeyError(error, 'browser-lost') || isWakeyError(error, 'page-crashed');
    if (signal.aborted) log('debug', 'opening the page was cancelled', { error });
    else if (isLost) send({ type: 'browser-lost', detail });
    else send({ type: 'page-refused', reason: reasonOfPage(error), detail });
  }

  async function end(ended: Life): Promise<void> {
    ended.page?.close();
    await ended.launched;
    const { leftBehind } = ended;
    ended.leftBehind = undefined;
    if (leftBehind !== undefined) throw leftBehind;
    await ended.handle?.close({ timeout: policy.stopTimeout * 0.8 });
    life = undefined;
    await ended.workspace?.update({ browserProcess: undefined }).catch((error: unknown) => {
      // Only log: the record then names a process that is gone, and its readers check whether the process runs.
      log('warn', 'could not record that the browser ended', { error });
    });
  }
}

function reasonOfPage(error: unknown): EndReason {
  const own = ['page-foreign', 'page-incompatible', 'browser-unsuitable'] as const;
  return own.find((code) => isWakeyError(error, code)) ?? 'page-unreachable';
}
