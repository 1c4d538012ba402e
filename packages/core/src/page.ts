import type { PageHandle } from './driver.js';
import type { CallOptions } from './json.js';
import type { PageCommand, PageSignal } from './machine/event.js';

/** A page adapter knows one web page: it turns what the page shows into signals and passes commands to the page. */
export interface PageAdapter {
  /** For people. */
  readonly name: string;
  /**
   * Scheme, host and port of the page, to which a login belongs. A session that was linked at one origin does not start at
   * another. @default a login belongs to any page
   */
  readonly origin?: string;
  /**
   * Adds its probe to the page, navigates to the address, and reports from then on by `onSignal`: first all that the probe
   * reads, then each change. Reports go on after navigations. Default timeout 60 s. Rejects with `page-unreachable`
   * (refused, hung, an HTTP error), `page-foreign` (another page answered), `browser-unsuitable` (the browser lacks what the
   * page needs; the message names it), and what `PageHandle` rejects with. If the right page lacks parts, the call resolves
   * and the adapter sends the signal `incompatible`.
   */
  open(page: PageHandle, options: OpenPageOptions): Promise<OpenPage>;
}

/** Options of `open`: the receiver of the signals. */
export interface OpenPageOptions extends CallOptions {
  /** Receives each signal. Must not throw. The adapter does not call it after `close()`. */
  readonly onSignal: (signal: PageSignal) => void;
}

/** A page that an adapter reads. */
export interface OpenPage {
  /**
   * Reads everything again and reports it, changed or not: the heartbeat. Default timeout 10 s. Rejects if the page does not
   * answer.
   */
  read(options?: CallOptions): Promise<void>;
  /**
   * Passes one command to the page. Resolves when the page has accepted it; its results arrive as signals. Default timeout
   * 30 s. Rejects with `page-command-failed` if the page refuses it, and `page-incompatible` if the page lacks the part.
   */
  perform(command: PageCommand, options?: CallOptions): Promise<void>;
  /** Stops the reports and leaves the page unchanged. May be called twice. */
  close(): void;
}
