import type { PageHandle } from './driver.js';
import type { CallOptions } from './json.js';
import type { PageCommand, PageSignal } from './machine/event.js';

/** Knows one web page: turns what it shows into signals and carries commands to it. */
export interface PageAdapter {
  /** For people. */
  readonly name: string;
  /**
   * Scheme, host and port of the page: what a login belongs to. A session that was linked at one origin is not started at
   * another. @default a login belongs to whatever page is opened
   */
  readonly origin?: string;
  /**
   * Puts its probe into the page, navigates to it, and reports from then on by `onSignal`: first all it reads, then
   * each change. Reports survive navigations. Default timeout 60 s.
   * Rejects with `page-unreachable` (refused, hung, an HTTP error), `page-foreign` (some other page answered),
   * `browser-unsuitable` (the browser lacks what the page needs; the message names it), and what `PageHandle` rejects
   * with. A page of the right kind that lacks parts is not a rejection but the signal `incompatible`.
   */
  open(page: PageHandle, options: OpenPageOptions): Promise<OpenPage>;
}

/** Where the signals go. */
export interface OpenPageOptions extends CallOptions {
  /** Must not throw. Not called any more after `close()`. */
  readonly onSignal: (signal: PageSignal) => void;
}

/** A page that an adapter reads. */
export interface OpenPage {
  /**
   * Reads everything again and reports it, changed or not: the heartbeat. Default timeout 10 s.
   * Rejects when the page does not answer.
   */
  read(options?: CallOptions): Promise<void>;
  /**
   * Carries one command to the page. Resolves when the page took it; what comes of it arrives as signals. Default
   * timeout 30 s. Rejects with `page-command-failed` when the page refused, `page-incompatible` when it lacks the part.
   */
  perform(command: PageCommand, options?: CallOptions): Promise<void>;
  /** Stops reporting. Leaves the page as it is. May be called twice. */
  close(): void;
}
