import type { Facts } from '../../../../packages/whatsapp-web/src/facts.ts';

/** The facts that a document shows at one moment, without its number, its address and the number of the reading. */
export type Shown = Omit<Facts, 'document' | 'seq' | 'status' | 'origin'>;

/** The account's id. */
export const me = '447700900000@c.us';

const plain: Shown = {
  kind: 'whatsapp',
  missing: [],
  scripts: { total: 0, pending: 0, failed: [] },
  isSettled: true,
  isOnline: true,
  hasSynced: false,
  isBanned: false,
  isOutdated: false,
  isElsewhere: false,
  isStopped: false,
  isAlive: true,
};
const paired: Shown = { ...plain, isRegistered: true, me };
const synced: Shown = { ...paired, socket: 'CONNECTED', hasSynced: true };
const unpaired: Shown = { ...plain, isRegistered: false, socket: 'UNPAIRED' };

/** Everything that a document can show, true or false. */
export const poses = {
  loading: { ...plain, kind: 'loading', isSettled: false },
  foreign: { ...plain, kind: 'foreign' },
  'late-modules': { ...plain, missing: ['require'], isSettled: false },
  'scripts-late': { ...plain, missing: ['require'], isSettled: false, scripts: { total: 3, pending: 2, failed: [] } },
  'scripts-failed': { ...plain, missing: ['require'], scripts: { total: 3, pending: 0, failed: ['static.test'] } },
  incompatible: { ...plain, missing: ['is-registered'] },
  opening: { ...paired, socket: 'OPENING' },
  syncing: { ...paired, socket: 'CONNECTED', percent: 40 },
  ready: synced,
  silent: { ...synced, isAlive: false },
  cut: { ...paired, socket: 'TIMEOUT', hasSynced: true },
  conflict: { ...paired, socket: 'CONFLICT' },
  elsewhere: { ...paired, isElsewhere: true },
  stopped: { ...paired, isStopped: true },
  banned: { ...paired, isBanned: true },
  outdated: { ...paired, socket: 'DEPRECATED_VERSION' },
  refused: { ...paired, socket: 'PAIRING', isOutdated: true },
  locked: { ...paired, socket: 'SCREEN_LOCKED' },
  dialog: { ...synced, dialog: { what: 'unknown', isStuck: true } },
  unsure: { ...plain, socket: 'OPENING' },
  unregistered: { ...plain, isRegistered: false, socket: 'OPENING' },
  unpaired,
  qr: { ...unpaired, qr: { text: 'hostile-ref', ttl: 20_000 } },
  idle: { ...unpaired, socket: 'UNPAIRED_IDLE' },
  passkey: { ...unpaired, passkey: { request: '{"challenge":"AAAA"}' } },
  'event-awaited': { ...synced, logout: { isAwaited: true } },
  event: { ...synced, logout: { isAwaited: false } },
  'event-unregistered': { ...unpaired, logout: { isAwaited: false } },
  address: { ...unpaired, logout: { code: '7', isAwaited: false } },
  'address-late': { ...plain, missing: ['require'], isSettled: false, logout: { code: '7', isAwaited: false } },
  'address-ready': { ...synced, logout: { code: '5', isAwaited: false } },
  'address-foreign': { ...plain, kind: 'foreign', logout: { code: '7', isAwaited: false } },
} as const satisfies Record<string, Shown>;

/** The name of a pose. */
export type Pose = keyof typeof poses;

/** The names of all poses. */
export const poseNames = Object.keys(poses) as Pose[];

/** Whether a page that shows this is usable, if everything it shows is true. */
export function isUsable({ kind, isRegistered, socket, hasSynced, isAlive, me: own, missing }: Shown): boolean {
  return (
    kind === 'whatsapp' &&
    missing.length === 0 &&
    isRegistered === true &&
    socket === 'CONNECTED' &&
    hasSynced &&
    isAlive &&
    own !== undefined
  );
}
