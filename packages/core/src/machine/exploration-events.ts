import type { BlockedBy, Concealed, Event, LinkCodeFailure, PageCommand, TimerName } from './event.js';

/** Every event of the machine, with enough variety in its data to reach every branch. */
export function everyEvent(): readonly Event[] {
  return [...commands, ...signals, ...outcomes, ...ticks].map((event) => ({ ...event, at: 0 }));
}

/** Every event except the renewal of a browser, after which the machine has all its states a second time. */
export function commonEvents(): readonly Event[] {
  return everyEvent().filter(({ type }) => type !== 'renewal-due');
}

/** The events that link a device, for sessions without backups. */
export function linkingEvents(): readonly Event[] {
  const restores = new Set(['restored', 'nothing-to-restore', 'restore-failed', 'renewal-due']);
  return everyEvent().filter((event) => {
    if (event.type === 'workspace-opened') return !event.canRestore;
    if (event.type === 'saved') return event.generation === undefined;
    return !restores.has(event.type);
  });
}

/** The events of a session that links by QR only, with every outcome of saves and restores. */
export function keepingEvents(): readonly Event[] {
  return renewalEvents().filter(({ type }) => type !== 'renewal-due');
}

/** The same events, and the renewal of a browser. */
export function renewalEvents(): readonly Event[] {
  return everyEvent().filter((event) => {
    if (event.type === 'start') return event.phone === undefined;
    return !/passkey|link-code/.test(event.type);
  });
}

/** The events of a session of which nothing is kept. Its outcomes include those of a save, which the machine must not believe. */
export function ephemeralEvents(): readonly Event[] {
  return renewalEvents().flatMap((event): readonly Event[] => {
    if (event.type !== 'workspace-opened') return [event];
    return event.linked ? [] : [{ ...event, isEphemeral: true }];
  });
}

type Timeless = Event extends infer E ? (E extends Event ? Omit<E, 'at'> : never) : never;

const concealed = (value: string): Concealed => ({ reveal: () => value, toString: () => value, toJSON: () => value });
const namesOf = <N extends string>(names: { readonly [K in N]: true }) => Object.keys(names) as N[];

const commands: readonly Timeless[] = [
  { type: 'start' },
  { type: 'start', phone: '447700900000' },
  { type: 'stop' },
  { type: 'logout' },
  { type: 'relink' },
  { type: 'submit-link-code', code: concealed('ABCD1234') },
  { type: 'answer-passkey', answer: concealed('{}') },
  { type: 'refuse-passkey' },
];

const failures = namesOf<LinkCodeFailure>({
  expired: true,
  'wrong-number': true,
  'too-many-devices': true,
  'rate-limited': true,
  rejected: true,
});
const blocks = namesOf<BlockedBy>({ ban: true, terms: true, outdated: true, proxy: true, browser: true });

const signals: readonly Timeless[] = [
  { type: 'page-booting', missing: ['require'] },
  { type: 'unpaired' },
  { type: 'qr', qr: concealed('qr 1'), ttl: 60_000 },
  { type: 'qr', qr: concealed('qr 2') },
  { type: 'qr-idle' },
  { type: 'link-code', code: concealed('code 1'), ttl: 1_000 },
  { type: 'link-code', code: concealed('code 2') },
  { type: 'link-code-wanted', again: false },
  { type: 'link-code-wanted', again: true },
  ...failures.map((why) => ({ type: 'link-code-failed' as const, why })),
  { type: 'linking' },
  { type: 'connecting' },
  { type: 'syncing', percent: 0 },
  { type: 'syncing', percent: 50 },
  { type: 'readiness', missing: ['synced'] },
  { type: 'readiness', me: 'me', missing: ['socket'] },
  { type: 'readiness', me: 'me', missing: ['alive'] },
  { type: 'readiness', me: 'me', missing: [] },
  { type: 'offline', cause: 'network' },
  { type: 'offline', cause: 'page-silent' },
  { type: 'conflict' },
  { type: 'logged-out', by: 'phone', document: 1 },
  { type: 'logged-out', by: 'page', document: 1, code: '1' },
  { type: 'logged-out', by: 'us', document: 2 },
  { type: 'logged-out', by: 'phone', document: 2 },
  ...blocks.map((by) => ({ type: 'blocked' as const, by })),
  { type: 'dialog', what: 'unknown' },
  { type: 'passkey', request: concealed('{}') },
  { type: 'incompatible', missing: ['Socket'], version: '2.3000.1' },
];

const pageCommands = namesOf<PageCommand['type']>({
  'refresh-qr': true,
  'use-qr': true,
  'request-link-code': true,
  'submit-link-code': true,
  'take-over': true,
  reload: true,
  reconnect: true,
  'log-out': true,
  'acknowledge-dialog': true,
  'answer-passkey': true,
  'refuse-passkey': true,
});

const older = { from: 'older', age: 60_000, missing: 3, isAgain: false } as const;

const outcomes: readonly Timeless[] = [
  { type: 'workspace-opened', linked: false, canRestore: false },
  { type: 'workspace-opened', linked: true, canRestore: false },
  { type: 'workspace-opened', linked: true, canRestore: true },
  { type: 'workspace-opened', linked: true, canRestore: true, recover: 'profile-missing' },
  { type: 'workspace-opened', linked: true, canRestore: true, linkedAt: 'https://elsewhere.example' },
  { type: 'restored', generation: 2, quarantine: null, damaged: [], ...older },
  { type: 'backup-due' },
  { type: 'renewal-due', memory: 300, baseline: 100 },
  { type: 'nothing-to-restore', quarantine: '/quarantine' },
  { type: 'restore-failed', detail: 'unreadable' },
  { type: 'workspace-refused', reason: 'session-in-use', detail: 'held' },
  { type: 'browser-launched' },
  { type: 'browser-refused', reason: 'browser-failed', detail: 'died' },
  { type: 'browser-refused', reason: 'browser-unavailable', detail: 'none' },
  { type: 'page-opened' },
  { type: 'page-refused', reason: 'page-unreachable', detail: 'refused' },
  { type: 'page-refused', reason: 'page-foreign', detail: 'portal' },
  { type: 'browser-lost', detail: 'killed' },
  { type: 'browser-closed' },
  { type: 'browser-unkillable', detail: 'pid 1' },
  { type: 'read-failed', detail: 'timeout' },
  ...pageCommands.map((command) => ({ type: 'page-command-failed' as const, command, detail: 'refused' })),
  { type: 'saved' },
  { type: 'saved', generation: 1 },
  { type: 'save-failed', detail: 'full' },
  { type: 'erased' },
  { type: 'erase-failed', detail: 'busy' },
  { type: 'released' },
  { type: 'lease-lost', detail: 'taken' },
  { type: 'workspace-lost', detail: 'moved' },
];

const ticks: readonly Timeless[] = namesOf<TimerName>({
  deadline: true,
  expiry: true,
  heartbeat: true,
  backoff: true,
  stable: true,
  settle: true,
  save: true,
}).map((timer) => ({ type: 'clock', timer }));
