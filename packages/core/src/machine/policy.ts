/** The settings of the machine. Durations are in ms. */
export interface Policy {
  /** How long to show a QR code before it is replaced. The page may replace the code earlier by itself. */
  readonly qrTimeout: number;
  /** How many QR codes to emit before the session ends with `qr-exhausted`. */
  readonly maxQr: number;
  /** How long to show a link code, unless the page names a shorter time. */
  readonly linkCodeTimeout: number;
  /** How many link codes to try before the session falls back to QR or ends. */
  readonly maxLinkCodes: number;
  /** What to do if linking by code fails. */
  readonly linkCodeFallback: 'qr' | 'none';
  /** How often to take the connection back when a newer connection replaces this one. */
  readonly takeover: 'never' | 'once' | 'always';
  /** How long to wait for the answer to a passkey request. */
  readonly passkeyTimeout: number;
  /** How long each phase of starting may take. */
  readonly startTimeout: number;
  /** How long the page may take to show a code or a registered device. 10 MB of scripts take 80 s on a line of 1 Mbit/s. */
  readonly loadTimeout: number;
  /** How long the registration may take after the phone accepted the code. */
  readonly linkTimeout: number;
  /** How long reconnecting with credentials may take. */
  readonly resumeTimeout: number;
  /** How long syncing may show no progress. */
  readonly syncTimeout: number;
  /** How long an interruption may last before the browser is restarted. */
  readonly interruptedTimeout: number;
  /** How long to wait for a person to settle a dialog. */
  readonly actionTimeout: number;
  /** How long the page may take to confirm a logout. */
  readonly logoutTimeout: number;
  /**
   * How long a save at a stop, or a restore at a start, may take. After that time a stop goes on without the save, and a
   * start ends the session.
   */
  readonly saveTimeout: number;
  /** How long each other phase of stopping may take. */
  readonly stopTimeout: number;
  /** How often the page is read again. */
  readonly heartbeat: number;
  /** How long `ready` must last before the first save. */
  readonly settle: number;
  /** How often a ready session is saved. */
  readonly saveEvery: number;
  /**
   * Whether each change of the profile is kept as it is made, if store and driver can: `on` within `keepEvery`, `eager` within
   * 200 ms, at the cost of more writes. `off`: only backups are kept.
   */
  readonly keep: 'off' | 'on' | 'eager';
  /** With `keep: 'on'`: how long a change of the profile may wait until it is in the store. */
  readonly keepEvery: number;
  /** How long `ready` must last before earlier losses and takeovers are forgotten. */
  readonly stableAfter: number;
  /**
   * How many browsers may be lost in a row before the session ends with `crash-loop`. Also how often a linked page may be
   * stuck in a row before Wakey tries an older backup or ends the session with `page-stuck`.
   */
  readonly maxRestarts: number;
  /**
   * How often the profile may be restored or erased without reaching ready before the session ends with `page-stuck`,
   * because further tries would make no progress. After half of them, the session waits before each further browser, as long as
   * `backoff` and `backoffCap` say.
   */
  readonly maxRounds: number;
  /** How long a linked session tries again while the network keeps it from being ready, before it ends. 0: without end. */
  readonly giveUpAfter: number;
  /** The delay before the first restart; it doubles with each. */
  readonly backoff: number;
  /** The longest delay before a restart. */
  readonly backoffCap: number;
  /**
   * How many times the memory that the browser used when the session was ready it may use before a new browser replaces it, at a
   * quiet moment. 0: never. The client takes the driver's own factor if the caller names none.
   */
  readonly renewAt: number;
  /** The least time between two replacements of the browser because of its memory. */
  readonly renewEvery: number;
}

/**
 * A number of a policy: its default and its limits. `time` is in ms, `count` is a whole number. For a `factor`, 0 is valid too and
 * means never.
 */
export interface NumberField {
  readonly is: 'time' | 'count' | 'factor';
  readonly default: number;
  readonly least: number;
  readonly most: number;
}

/** A choice of a policy: its default and all its values. */
export interface ChoiceField<Value extends string> {
  readonly is: 'choice';
  readonly default: Value;
  readonly choices: readonly Value[];
}

/** The longest time of a policy: a timer holds 2^31 - 1 ms, and the random spread of a back-off lengthens a delay by a fifth. */
const LONGEST = Math.floor((2 ** 31 - 1) / 1.2);

const time = (usual: number, least: number): NumberField => ({ is: 'time', default: usual, least, most: LONGEST });
const count = (usual: number, least: number): NumberField => ({ is: 'count', default: usual, least, most: 1_000_000 });
const choice = <Value extends string>(usual: Value, ...choices: readonly Value[]): ChoiceField<Value> => ({
  is: 'choice',
  default: usual,
  choices,
});

/** Every field of a policy: what `defaultPolicy`, the checks of the client and the options of the command line are derived from. */
export const policyFields: {
  readonly [F in keyof Policy]: Policy[F] extends string ? ChoiceField<Policy[F]> : NumberField;
} = {
  qrTimeout: time(60_000, 1),
  maxQr: count(6, 1),
  linkCodeTimeout: time(180_000, 1),
  maxLinkCodes: count(3, 1),
  linkCodeFallback: choice('qr', 'qr', 'none'),
  takeover: choice('once', 'never', 'once', 'always'),
  passkeyTimeout: time(120_000, 1),
  startTimeout: time(90_000, 1),
  loadTimeout: time(180_000, 1),
  linkTimeout: time(60_000, 1),
  resumeTimeout: time(180_000, 1),
  syncTimeout: time(180_000, 1),
  interruptedTimeout: time(300_000, 1),
  actionTimeout: time(600_000, 1),
  logoutTimeout: time(20_000, 1),
  saveTimeout: time(120_000, 1),
  stopTimeout: time(30_000, 1),
  heartbeat: time(15_000, 1),
  settle: time(5_000, 0),
  saveEvery: time(600_000, 1),
  keep: choice('on', 'off', 'on', 'eager'),
  keepEvery: time(1_000, 50),
  stableAfter: time(300_000, 0),
  maxRestarts: count(5, 0),
  maxRounds: count(6, 0),
  giveUpAfter: time(0, 0),
  backoff: time(1_000, 0),
  backoffCap: time(60_000, 0),
  renewAt: { is: 'factor', default: 0, least: 1.1, most: 1_000 },
  renewEvery: time(600_000, 1),
};

/** The default policy of a session. */
// Each field of the table has a default of its type.
export const defaultPolicy = Object.fromEntries(
  Object.entries(policyFields).map(([name, field]) => [name, field.default]),
) as unknown as Policy;

/** How often a session may take over before it yields, by policy. A long `ready` resets the count. */
export const takeoverLimit: { readonly [T in Policy['takeover']]: number } = { never: 0, once: 1, always: 5 };
