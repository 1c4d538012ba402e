import type { EndReason } from './ending.js';
import type { Concealed, Freshness, PageCommand, RecoveryCause, Restored, Restrictions, TimerName } from './event.js';
import type { AwaitingLinkCode, AwaitingQr, LinkCause } from './state.js';

/** An effect that the runtime must perform. Its outcome comes back as an event. */
export type Effect =
  /** Take the lock and open the session's directory → `workspace-opened` or `workspace-refused`. */
  | { readonly type: 'open-workspace' }
  /** → `browser-launched` or `browser-refused`; later `browser-lost`. */
  | { readonly type: 'launch-browser' }
  /** → `page-opened` or `page-refused`; page signals from then on. */
  | { readonly type: 'open-page' }
  /** → page signals, or `read-failed`. */
  | { readonly type: 'read-page' }
  /** → `page-command-failed` if the page did not accept the command. */
  | { readonly type: 'command-page'; readonly command: PageCommand }
  /** End the browser or its launch, also if there is none → `browser-closed` or `browser-unkillable`. */
  | { readonly type: 'close-browser' }
  /** Record that the session has credentials. */
  | { readonly type: 'mark-linked' }
  /** Record that the page finds no login in the profile and that no backup could replace it. Erases nothing. */
  | { readonly type: 'mark-lost' }
  /** Save the session: write a backup, or only the record without a store → `saved` or `save-failed`. */
  | { readonly type: 'save'; readonly why: 'settled' | 'scheduled' | 'stopping' }
  /**
   * Erase the credentials; no browser runs → `erased` or `erase-failed`. `keep: 'newest'`: after a logout that this program
   * did not request, the newest backup moves to quarantine first. `'nothing'`: everything is erased at once.
   */
  | { readonly type: 'erase'; readonly keep: 'nothing' | 'newest' }
  /** Restore the newest backup that was not tried yet → `restored`, `nothing-to-restore` or `restore-failed`. */
  | { readonly type: 'restore'; readonly why: RecoveryCause }
  /** Release directory, lock and lease → `released`. */
  | { readonly type: 'release' }
  /** Start a timer of `ms`. The runtime may lengthen or shorten it by up to the fraction `spread`. */
  | { readonly type: 'arm'; readonly timer: TimerName; readonly ms: number; readonly spread: number }
  | { readonly type: 'disarm'; readonly timer: TimerName }
  | { readonly type: 'notify'; readonly notice: Notice };

/** A step of the recovery ladder: a restore begins, a backup was restored, or no backup is left and a new link is needed. */
export type RecoveryNotice =
  | { readonly type: 'recovery'; readonly step: 'restoring'; readonly why: RecoveryCause }
  | ({ readonly type: 'recovery'; readonly step: 'restored'; readonly why: RecoveryCause } & Restored)
  | {
      readonly type: 'recovery';
      readonly step: 'link-again';
      readonly why: RecoveryCause;
      readonly quarantine: string | null;
    };

/** What a session reports in addition to its states. */
export type Notice =
  | ({ readonly type: 'qr' } & Pick<AwaitingQr, 'qr' | 'seq' | 'issuedAt' | 'expiresAt' | 'remaining'>)
  | ({ readonly type: 'link-code' } & Pick<AwaitingLinkCode, 'phone' | 'code' | 'attempt' | 'issuedAt' | 'expiresAt'>)
  | { readonly type: 'passkey'; readonly request: Concealed; readonly expiresAt: number }
  /** A person has to scan or enter a code although the session had credentials, and why. */
  | { readonly type: 'rescan'; readonly why: LinkCause }
  /**
   * The session falls back to another way to link. `retryAfter`: how long to wait for another link code, in ms, if WhatsApp
   * said so.
   */
  | {
      readonly type: 'fallback';
      readonly from: 'link-code';
      readonly to: 'qr';
      readonly why: string;
      readonly retryAfter: number | null;
    }
  | { readonly type: 'linked' }
  /** `from`, `age` and `missing` say how old the profile is: see `Freshness`. */
  | ({ readonly type: 'ready'; readonly me: string; readonly how: 'linked' | 'resumed' | 'reconnected' } & Freshness)
  /** The restrictions of the account changed, or were read for the first time; empty without restrictions. */
  | { readonly type: 'restrictions'; readonly restrictions: Restrictions }
  | { readonly type: 'restarting'; readonly cause: string; readonly delay: number; readonly attempt: number }
  /**
   * A new browser replaces the present one, because that one uses too much memory. `memory`: bytes now. `baseline`: bytes once the
   * session was ready in it. No person is needed, and `ready` follows.
   */
  | { readonly type: 'renewing'; readonly memory: number; readonly baseline: number }
  | { readonly type: 'takeover'; readonly count: number }
  | { readonly type: 'saved'; readonly generation: number | null }
  | RecoveryNotice
  | { readonly type: 'warning'; readonly what: string }
  | { readonly type: 'ended'; readonly reason: EndReason; readonly detail: string; readonly retryAfter: number | null };
