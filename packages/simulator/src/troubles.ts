import { type NetworkTroubles, networkTroubles } from './network-troubles.ts';
import type { PageTroubles } from './protocol.ts';
import { flag, names, oneOf, type Trouble, text, whole } from './trouble-rows.ts';

export type { Trouble } from './trouble-rows.ts';

/** Everything that can go wrong on purpose. Each name is explained in `troubleTable`. */
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

/** Every trouble there is. */
export const troubleTable: { readonly [N in keyof Troubles]: Trouble<Troubles[N]> } = {
  ...networkTroubles,
  phoneOffline: flag('The phone has no network: it cannot scan or type a code, and the first sync gets no history.'),
  banned: flag(
    'The account is banned: the page logs itself out, without a reason in its address; no device can be linked.',
  ),
  banSeconds: whole(
    0,
    31_536_000,
    0,
    'With `banned`: the ban lasts this long, and the page keeps its login; 0 is for ever.',
  ),
  locked: flag('The account is locked: the page logs itself out with `logout_reason=3`; no device can be linked.'),
  timeLock: oneOf(
    ['none', 'DEFAULT', 'WEB_COMPANION_ONLY', 'RESTRICT_ALL_COMPANIONS', 'BIZ_QUALITY'],
    'none',
    'The account works, but may not write to anybody who has not written first; why, in the words of the service.',
  ),
  timeLockUntil: whole(
    0,
    4_102_444_800,
    0,
    'With `timeLock`: its end, in s since the epoch; 0 is the end of the month.',
  ),
  capping: oneOf(
    ['NONE', 'FIRST_WARNING', 'SECOND_WARNING', 'CAPPED'],
    'NONE',
    'The account works, but has started so many new chats that it is warned, or may start no more this month.',
  ),
  terms: flag('New terms must be accepted on the phone: socket state TOS_BLOCK.'),
  outdated: flag(
    'This version of the page is too old, and the service refuses it; how the page takes it: `outdatedForm`.',
  ),
  unavailable: flag('The service is overloaded and answers each login with 503: the page says so, and tries again.'),
  proxyBlocked: flag('The network is refused by the service: socket state PROXYBLOCK.'),
  dialog: flag('A blocking "what\'s new" dialog; unless acknowledged within 5 min of simulated time the link is lost.'),
  syncMs: whole(0, 86_400_000, 2_500, 'How long the sync after a login takes, in ms of simulated time.'),
  syncStuckAt: whole(0, 100, 100, 'The sync stops at this percentage and goes on when the value is raised.'),
  messageStoreMb: whole(0, 2_048, 0, 'The first sync fills IndexedDB `model-storage` with this many MB.'),
  refusedStates: oneOf(
    ['none', 'older', 'newest'],
    'none',
    'The service refuses a device that is linked, for the state it presents: one from before its last login, as a restored ' +
      'backup has it, or the one that was the newest when this was switched on.',
  ),
  stateRefusal: oneOf(
    ['unknown-device', 'never-ready'],
    'unknown-device',
    'With `refusedStates`: the login is refused as after an unlink, or accepted and never synced.',
  ),
  passkey: flag('Linking asks for a passkey assertion (`navigator.credentials.get`) that the backend verifies.'),
  passkeyRpId: text('The relying-party id of the passkey; empty is the host the page was loaded from.'),
  linkCodeLimit: whole(0, 1_000, 7, 'How many link codes a number may ask for in 5 hours before error 429.'),
  linkCodeShownOn: oneOf(
    ['companion', 'phone'],
    'companion',
    'Where a link code is shown: on the page and typed on the phone, or on the phone and typed on the page.',
  ),
  qrForm: oneOf(['plain', 'prefix', 'suffix'], 'plain', 'How the page writes the QR text. Read at page load.'),
  missingModules: names('Modules the page does not have. Read at page load.'),
  missingDocumentParts: names(
    'Parts the document does not have: qr-ref, qr-canvas, refresh-button, progress, main-view, dialog. Read at page load.',
  ),
  lostEvents: names(
    'Events that do not fire, as "<emitter> <event>": "Socket change:hasSynced", "Cmd logout", "Conn change:ref", …; ' +
      '"<emitter> *" for all of one emitter.',
  ),
  debug: oneOf(['on-time', 'late', 'never'], 'on-time', '`window.Debug`: set at boot, after 10 s, or never.'),
  zombie: flag('The page loses its stream and neither notices nor says so: it looks ready and is dead.'),
  screenLocked: flag('The app passcode is on: state SCREEN_LOCKED, and `waNoiseInfo.get()` waits until it is off.'),
  keepLogoutParameters: flag('After a logout the page leaves `post_logout=1` in its address.'),
  falseLogoutEvent: flag(
    'The page fires its logout events when this is switched on, and at each login: it stays registered and connected.',
  ),
  falseLogoutAddress: flag(
    'The page is sent to the address of a logout (`?post_logout=1`) at each load, and at once: its device stays registered.',
  ),
  eventNames: oneOf(
    ['bridge', 'both'],
    'bridge',
    'Names of events on `Cmd` and `BackendEventBus`: as the newest captured page has them, or those of older builds too.',
  ),
  replaced: oneOf(
    ['conflict', 'stopped'],
    'stopped',
    'A page whose device connects elsewhere: state CONFLICT and a takeover that works (older builds), or, as captured, ' +
      'the connection stopped for good, the state left CONNECTED, and a takeover that throws.',
  ),
  outdatedForm: oneOf(
    ['state', 'stopped', 'reload'],
    'reload',
    'A page that is too old: socket state DEPRECATED_VERSION (older builds), or, as captured, an update that is asked for, ' +
      'the connection stopped, and the page loaded afresh within a second, each time; `stopped`: it is never loaded afresh.',
  ),
  meByLid: flag('The page knows its account by the hidden id first: what returns the own number returns nothing.'),
  hang: flag('The page stops answering at all: its main thread spins until the trouble is off or the page is left.'),
};

/** All names, in the order of the table. */
export const troubleNames = Object.keys(troubleTable) as readonly (keyof Troubles)[];

/** The state in which nothing is wrong. */
export const noTroubles: Troubles = Object.fromEntries(
  troubleNames.map((name) => [name, troubleTable[name].off]),
) as unknown as Troubles;

/** Reads a patch from outside. Null sets a trouble back; an unknown name or a wrong value is an Error saying which. */
export function parseTroubles(input: unknown): Partial<Troubles> {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw new Error('Troubles are a JSON object of names and values.');
  }
  const patch: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(input)) {
    if (!Object.hasOwn(troubleTable, name)) {
      throw new Error(`There is no trouble "${name}". There are: ${troubleNames.join(', ')}.`);
    }
    const row: Trouble<unknown> = troubleTable[name as keyof Troubles];
    const read = value === null ? row.off : row.read(value);
    if (read === undefined) throw new Error(`Trouble "${name}" takes ${row.values}.`);
    patch[name] = read;
  }
  return patch as Partial<Troubles>;
}

/** The part of the troubles that is sent to the page. */
export function pageTroubles(troubles: Troubles): PageTroubles {
  const names = Object.keys(sentToPage) as readonly (keyof PageTroubles)[];
  return Object.fromEntries(names.map((name) => [name, troubles[name]])) as unknown as PageTroubles;
}

/** One line for each trouble that the page acts out. */
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
