import type { EndReason } from './ending.js';
import type { Concealed, PageCommand, RecoveryCause, Restored, Restrictions, TimerName } from './event.js';
import type { AwaitingLinkCode, AwaitingQr, LinkCause } from './state.js';

/** What the runtime must do. How it went comes back as an event. */
export type Effect =
  /** Take the lock and open the session's directory → `workspace-opened` or `workspace-refused`. */
  | { readonly type: 'open-workspace' }
  /** → `browser-launched` or `browser-refused`; later `browser-lost`. */
  | { readonly type: 'launch-browser' }
  /** → `page-opened` or `page-refused`; page signals from then on. */
  | { readonly type: 'open-page' }
  /** → page signals, or `read-failed`. */
  | { readonly type: 'read-page' }
  /** → `page-command-failed` when the page did not take it. */
  | { readonly type: 'command-page'; readonly command: PageCommand }
  /** End the browser, or the launch of one; also where there is none → `browser-closed` or `browser-unkillable`. */
  | { readonly type: 'close-browser' }
  /** Put on record that credentials are kept here. */
  | { readonly type: 'mark-linked' }
  /** Put on record that the page says the profile holds no login, and no backup could replace it. Nothing is erased. */
  | { readonly type: 'mark-lost' }
  /** Keep the session as good → `saved` or `save-failed`. */
  | { readonly type: 'save'; readonly why: 'settled' | 'scheduled' | 'stopping' }
  /**
   * Remove the credentials; the browser is gone → `erased` or `erase-failed`. `keep: 'newest'`: after a logout that nobody
   * here asked for, the newest backup moves to quarantine first; `'nothing'`: everything goes at once.
   */
  | { readonly type: 'erase'; readonly keep: 'nothing' | 'newest' }
  /** Put the newest kept generation that was not tried yet in the profile's place → `restored`, `nothing-to-restore` or `restore-failed`. */
  | { readonly type: 'restore'; readonly why: RecoveryCause }
  /** Give back directory, lock and lease → `released`. */
  | { readonly type: 'release' }
  /** Start a timer of `ms`; the runtime may vary it by up to the fraction `spread` either way. */
  | { readonly type: 'arm'; readonly timer: TimerName; readonly ms: number; readonly spread: number }
  | { readonly type: 'disarm'; readonly timer: TimerName }
  | { readonly type: 'notify'; readonly notice: Notice };

/** A step of the recovery ladder: it begins, a generation was put in place, or nothing is left and a new link is needed. */
export type RecoveryNotice =
  | { readonly type: 'recovery'; readonly step: 'restoring'; readonly why: RecoveryCause }
  | ({ readonly type: 'recovery'; readonly step: 'restored'; readonly why: RecoveryCause } & Restored)
  | {
      readonly type: 'recovery';
      readonly step: 'link-again';
      readonly why: RecoveryCause;
      readonly quarantine: string | null;
    };

/** What a session tells its user besides its states. */
export type Notice =
  | ({ readonly type: 'qr' } & Pick<AwaitingQr, 'qr' | 'seq' | 'issuedAt' | 'expiresAt' | 'remaining'>)
  | ({ readonly type: 'link-code' } & Pick<AwaitingLinkCode, 'phone' | 'code' | 'attempt' | 'issuedAt' | 'expiresAt'>)
  | { readonly type: 'passkey'; readonly request: Concealed; readonly expiresAt: number }
  /** A code has to be scanned or entered although credentials were expected, and why. */
  | { readonly type: 'rescan'; readonly why: LinkCause }
  /** `retryAfter`: in ms, where WhatsApp said how long to wait for another link code. */
  | {
      readonly type: 'fallback';
      readonly from: 'link-code';
      readonly to: 'qr';
      readonly why: string;
      readonly retryAfter: number | null;
    }
  | { readonly type: 'linked' }
  | { readonly type: 'ready'; readonly me: string; readonly how: 'linked' | 'resumed' | 'reconnected' }
  /** The restrictions of the account changed, or were read for the first time. Empty: the account has none. */
  | { readonly type: 'restrictions'; readonly restrictions: Restrictions }
  | { readonly type: 'restarting'; readonly cause: string; readonly delay: number; readonly attempt: number }
  | { readonly type: 'takeover'; readonly count: number }
  | { readonly type: 'saved'; readonly generation: number | null }
  | RecoveryNotice
  | { readonly type: 'warning'; readonly what: string }
  | { readonly type: 'ended'; readonly reason: EndReason; readonly detail: string; readonly retryAfter: number | null };
