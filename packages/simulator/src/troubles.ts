import { type NetworkTroubles, networkTroubles } from './network-troubles.ts';
import type { PageTroubles } from './protocol.ts';
import { flag, names, oneOf, type Trouble, text, whole } from './trouble-rows.ts';

export type { Trouble } from './trouble-rows.ts';

/** The troubles and their values. `troubleTable` explains each of them. */
export interface Troubles extends PageTroubles, NetworkTroubles {
  readonly phoneOffline: boolean;
  readonly banned: boolean;
  readonly banSeconds: number;
  readonly locked: boolean;
  readonly timeLock: 'none' | 'DEFAULT' | 'WEB_COMPANION_ONLY' | 'RESTRICT_ALL_COMPANIONS' | 'BIZ_QUALITY';
  readonly timeLockUntil: number;
  readonly capping: 'NONE' | 'FIRST_WARNING' | 'SECOND_WARNING' | 'CAPPED';
  readonly terms: boolean;
  readonly outdated: boolean;
  readonly unavailable: boolean;
  readonly proxyBlocked: boolean;
  readonly dialog: boolean;
  readonly syncMs: number;
  readonly syncStuckAt: number;
  readonly messageStoreMb: number;
  readonly refusedStates: 'none' | 'older' | 'newest';
  readonly stateRefusal: 'unknown-device' | 'never-ready';
  readonly passkey: boolean;
  readonly passkeyRpId: string;
  readonly linkCodeLimit: number;
  readonly linkCodeShownOn: 'companion' | 'phone';
  readonly qrForm: 'plain' | 'prefix' | 'suffix';
}

/** All troubles. */
export const troubleTable: { readonly [N in keyof Troubles]: Trouble<Troubles[N]> } = {
  ...networkTroubles,
  phoneOffline: flag('The phone has no network: it cannot scan or enter a code, and the first sync gets no history.'),
  banned: flag(
    'The account is banned: the page logs itself out without a reason in its address, and no device can be linked.',
  ),
  banSeconds: whole(
    0,
    31_536_000,
    0,
    'With `banned`: the ban lasts this many seconds, and the page keeps its login; 0 is a permanent ban.',
  ),
  locked: flag('The account is locked: the page logs itself out with `logout_reason=3`, and no device can be linked.'),
  timeLock: oneOf(
    ['none', 'DEFAULT', 'WEB_COMPANION_ONLY', 'RESTRICT_ALL_COMPANIONS', 'BIZ_QUALITY'],
    'none',
    'The account works but may not write to people who have not written first. The value is the service’s reason.',
  ),
  timeLockUntil: whole(
    0,
    4_102_444_800,
    0,
    'With `timeLock`: the end of the lock, in seconds since the epoch; 0 is the end of the month.',
  ),
  capping: oneOf(
    ['NONE', 'FIRST_WARNING', 'SECOND_WARNING', 'CAPPED'],
    'NONE',
    'The account works but has started so many new chats that the service warns it, or allows no more this month.',
  ),
  terms: flag('The user must accept new terms on the phone: socket state TOS_BLOCK.'),
  outdated: flag(
    'The service refuses this version of the page as too old; `outdatedForm` decides how the page reacts.',
  ),
  unavailable: flag('The service is overloaded and answers each login with 503: the page reports it and tries again.'),
  proxyBlocked: flag('The service refuses the network: socket state PROXYBLOCK.'),
  dialog: flag(
    'A "what\'s new" dialog covers the page; without an answer the service unlinks the device after 5 min of simulated time.',
  ),
  syncMs: whole(0, 86_400_000, 2_500, 'Duration of the sync after a login, in ms of simulated time.'),
  syncStuckAt: whole(0, 100, 100, 'The sync stops at this percentage and continues when the value is raised.'),
  messageStoreMb: whole(0, 2_048, 0, 'The first sync fills IndexedDB `model-storage` with this many MB.'),
  refusedStates: oneOf(
    ['none', 'older', 'newest'],
    'none',
    'The service refuses a linked device because of the state that it presents: `older` a state from before its last login, as a ' +
      'restored backup has, `newest` the state that was the newest when the trouble was switched on.',
  ),
  stateRefusal: oneOf(
    ['unknown-device', 'never-ready'],
    'unknown-device',
    'With `refusedStates`: the service refuses the login as after an unlink, or accepts it and never syncs.',
  ),
  passkey: flag('Linking requires a passkey assertion (`navigator.credentials.get`), which the backend verifies.'),
  passkeyRpId: text('The relying-party id of the passkey; empty means the host of the page.'),
  linkCodeLimit: whole(
    0,
    1_000,
    7,
    'How many link codes a number may request in 5 hours before the service answers with error 429.',
  ),
  linkCodeShownOn: oneOf(
    ['companion', 'phone'],
    'companion',
    'Where the link code is shown: on the page, for typing on the phone, or on the phone, for typing on the page.',
  ),
  qrForm: oneOf(['plain', 'prefix', 'suffix'], 'plain', 'How the page writes the QR text. Read at page load.'),
  missingModules: names('Modules that the page lacks. Read at page load.'),
  missingDocumentParts: names(
    'Parts that the document lacks: qr-ref, qr-canvas, refresh-button, progress, main-view, dialog. Read at page load.',
  ),
  lostEvents: names(
    'Events that do not fire, as "<emitter> <event>": "Socket change:hasSynced", "Cmd logout", "Conn change:ref", …; ' +
      '"<emitter> *" stands for all events of one emitter.',
  ),
  debug: oneOf(
    ['on-time', 'late', 'never'],
    'on-time',
    'When the page sets `window.Debug`: at boot, after 10 s, or never.',
  ),
  zombie: flag('The page loses its stream without noticing: the page still looks ready, but no message reaches it.'),
  screenLocked: flag('The app passcode is on: state SCREEN_LOCKED, and `waNoiseInfo.get()` waits until it is off.'),
  keepLogoutParameters: flag('After a logout the page leaves `post_logout=1` in its address.'),
  falseLogoutEvent: flag(
    'The page fires its logout events when this trouble is switched on and at each login, but stays registered and connected.',
  ),
  falseLogoutAddress: flag(
    'The page goes to the address of a logout (`?post_logout=1`) at once and at each load, but its device stays registered.',
  ),
  eventNames: oneOf(
    ['bridge', 'both'],
    'bridge',
    'Names of events on `Cmd` and `BackendEventBus`: those of the newest captured page, or also those of older builds.',
  ),
  replaced: oneOf(
    ['conflict', 'stopped'],
    'stopped',
    'What a page does when its device connects elsewhere: `conflict` shows state CONFLICT and its takeover works (older builds), ' +
      '`stopped` (captured) stops the connection for good, keeps the state CONNECTED, and its takeover throws.',
  ),
  outdatedForm: oneOf(
    ['state', 'stopped', 'reload'],
    'reload',
    'What a page that is too old does: `state` shows the socket state DEPRECATED_VERSION (older builds), `reload` (captured) requests an ' +
      'update, stops the connection and reloads within a second after each refusal, `stopped` does the same without the reload.',
  ),
  meByLid: flag('The page knows its account by the hidden id only: functions that return its number return nothing.'),
  hang: flag('The page stops answering: its main thread is blocked until the trouble is off or the page is left.'),
};

/** The names of all troubles, in the order of the table. */
export const troubleNames = Object.keys(troubleTable) as readonly (keyof Troubles)[];

/** The values with every trouble off. */
export const noTroubles: Troubles = Object.fromEntries(
  troubleNames.map((name) => [name, troubleTable[name].off]),
) as unknown as Troubles;

/**
 * Parses a patch from outside. Null resets a trouble. Throws an Error that names an unknown trouble or the accepted
 * values.
 */
export function parseTroubles(input: unknown): Partial<Troubles> {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw new Error('Troubles must be a JSON object of names and values.');
  }
  const patch: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(input)) {
    if (!Object.hasOwn(troubleTable, name)) {
      throw new Error(`There is no trouble "${name}". The troubles are: ${troubleNames.join(', ')}.`);
    }
    const row: Trouble<unknown> = troubleTable[name as keyof Troubles];
    const read = value === null ? row.off : row.read(value);
    if (read === undefined) throw new Error(`Trouble "${name}" accepts ${row.values}.`);
    patch[name] = read;
  }
  return patch as Partial<Troubles>;
}

/** Returns the troubles that the service sends to the page. */
export function pageTroubles(troubles: Troubles): PageTroubles {
  const names = Object.keys(sentToPage) as readonly (keyof PageTroubles)[];
  return Object.fromEntries(names.map((name) => [name, troubles[name]])) as unknown as PageTroubles;
}

/** The troubles that the page acts out; the type requires all of them. */
const sentToPage: { readonly [N in keyof PageTroubles]: true } = {
  missingModules: true,
  missingDocumentParts: true,
  lostEvents: true,
  debug: true,
  zombie: true,
  screenLocked: true,
  keepLogoutParameters: true,
  eventNames: true,
  replaced: true,
  outdatedForm: true,
  meByLid: true,
  falseLogoutEvent: true,
  falseLogoutAddress: true,
  hang: true,
};
