/** What a deployment decides about the machine. Durations are in ms. */
export interface Policy {
  /** How long a QR code may be shown before it is replaced. The page's own rotation may end it earlier. */
  readonly qrTimeout: number;
  /** How many QR codes are emitted before the session ends with `qr-exhausted`. */
  readonly maxQr: number;
  /** How long a link code may be shown, where the page does not say less. */
  readonly linkCodeTimeout: number;
  /** How many link codes are asked for before falling back or ending. */
  readonly maxLinkCodes: number;
  /** What follows when linking by code fails. */
  readonly linkCodeFallback: 'qr' | 'none';
  /** What to do when a newer connection replaces this one. */
  readonly takeover: 'never' | 'once' | 'always';
  /** How long a passkey request may stay unanswered. */
  readonly passkeyTimeout: number;
  /** How long each phase of starting may take. */
  readonly startTimeout: number;
  /** How long the page may take to show a code or a registered device. 10 MB of scripts take 80 s on a line of 1 Mbit/s. */
  readonly loadTimeout: number;
  /** How long registering may take once the phone accepted. */
  readonly linkTimeout: number;
  /** How long reconnecting with credentials may take. */
  readonly resumeTimeout: number;
  /** How long syncing may show no progress. */
  readonly syncTimeout: number;
  /** How long an interruption may last before the browser is restarted. */
  readonly interruptedTimeout: number;
  /** How long something that only a person can settle may stay. */
  readonly actionTimeout: number;
  /** How long the page may take to confirm a logout. */
  readonly logoutTimeout: number;
  /**
   * How long keeping the session at a stop, or bringing it back at a start, may take. A stop that has to wait longer goes on
   * without, a start ends.
   */
  readonly saveTimeout: number;
  /** How long each other phase of stopping may take. */
  readonly stopTimeout: number;
  /** How often the page is read again. */
  readonly heartbeat: number;
  /** How long `ready` must have lasted before the session is saved as good. */
  readonly settle: number;
  /** How often a ready session is saved. */
  readonly saveEvery: number;
  /** How long `ready` must last to forget earlier losses. */
  readonly stableAfter: number;
  /**
   * How many browsers may be lost in a row before the session ends with `crash-loop`, and how often a linked page may be
   * stuck in a row before an older backup is tried, or the session ends with `page-stuck`.
   */
  readonly maxRestarts: number;
  /**
   * How often the profile may be replaced by a backup, or erased, without reaching ready, before the session ends with
   * `page-stuck`: what is tried again and again makes no progress.
   */
  readonly maxRounds: number;
  /**
   * How long a linked session that the network keeps from being ready tries again, before it ends. 0: without end.
   */
  readonly giveUpAfter: number;
  /** The delay before the first restart; it doubles with each. */
  readonly backoff: number;
  /** The longest delay before a restart. */
  readonly backoffCap: number;
}

/** The policy of a session that names none. */
export const defaultPolicy: Policy = {
  qrTimeout: 60_000,
  maxQr: 6,
  linkCodeTimeout: 180_000,
  maxLinkCodes: 3,
  linkCodeFallback: 'qr',
  takeover: 'once',
  passkeyTimeout: 120_000,
  startTimeout: 90_000,
  loadTimeout: 180_000,
  linkTimeout: 60_000,
  resumeTimeout: 180_000,
  syncTimeout: 180_000,
  interruptedTimeout: 300_000,
  actionTimeout: 600_000,
  logoutTimeout: 20_000,
  saveTimeout: 120_000,
  stopTimeout: 30_000,
  heartbeat: 15_000,
  settle: 5_000,
  saveEvery: 600_000,
  stableAfter: 300_000,
  maxRestarts: 5,
  maxRounds: 6,
  giveUpAfter: 0,
  backoff: 1_000,
  backoffCap: 60_000,
};

/** Times a session may take over before it yields, by policy, until a long `ready` resets the count. */
export const takeoverLimit: { readonly [T in Policy['takeover']]: number } = { never: 0, once: 1, always: 5 };
