import {
  freshnessOf,
  type LinkCause,
  type ReadyBlocker,
  type RecoveryCause,
  type RecoveryNotice,
  type Run,
  type State,
  type StateName,
  type StateOf,
} from '@wakey/core';
import { ageText } from './freshness-text.js';
import { shortDuration } from './short-duration.js';

/** Describes a state in a few words for a user. */
export function textOfState(state: State): string {
  const text = texts[state.name] as (state: State) => string;
  return text(state);
}

/** Describes a step of the recovery ladder in a few words for a user. */
export function recoveryText(notice: RecoveryNotice): string {
  const moved =
    'quarantine' in notice && notice.quarantine !== null
      ? `; the broken profile was moved to quarantine: ${notice.quarantine}`
      : '';
  if (notice.step === 'restoring') return `${brokenProfiles[notice.why]}: looking for a backup`;
  if (notice.step === 'restored') return `restored backup ${notice.generation}, ${ageText(notice)}${moved}`;
  return `no backup can bring the login back${moved}`;
}

/** What the end of a command means for the login, and what to type next. `run` is undefined if the login is not known yet. */
export function stoppedText(resume: string, run: Run | undefined): string {
  if (run === undefined) return 'not running';
  if (run.isEphemeral) return ENDED_WITH_BROWSER;
  return run.login.is === 'held' ? `login kept; \`${resume}\` resumes it` : 'not linked; nothing was lost';
}

const ENDED_WITH_BROWSER =
  'nothing was kept; remove the device on the phone if it was linked (WhatsApp › Linked devices)';

/** Whether a step is normal: a session whose live profile is in memory restores a backup at each start. */
export function isEveryday(notice: RecoveryNotice): boolean {
  return notice.why === 'profile-packed' && notice.step !== 'link-again';
}

const brokenProfiles: { readonly [W in RecoveryCause]: string } = {
  'profile-packed': 'the profile was erased at the last stop',
  'profile-missing': 'the profile is missing',
  'profile-damaged': 'the profile is damaged',
  'profile-stale': 'another machine saved a newer backup',
  'profile-behind': 'the disk lost the last changes of the profile, which the store has',
  'credentials-lost': 'the profile holds no login',
  'never-ready': 'WhatsApp accepts the login, but the session does not become ready',
};

const texts: { readonly [S in StateName]: (state: StateOf<S>) => string } = {
  stopped: () => 'not running',
  starting: ({ phase }) => phases[phase],
  loading: ({ awaits }) => awaited[awaits],
  'awaiting-qr': ({ run }) => `scan the code with the phone${because(run.why)}`,
  'awaiting-link-code': ({ code, run }) =>
    `${code.direction === 'type-on-phone' ? 'type the code on the phone' : 'type here the code that the phone shows'}${because(run.why)}`,
  'awaiting-passkey': () => 'WhatsApp asks for the account’s passkey',
  linking: () => 'the phone accepted the code',
  resuming: () => 'logging in with the saved login; no code is needed',
  syncing: ({ percent, missing }) => `${percent} %${missing.length > 0 ? `, waiting for ${blocked(missing)}` : ''}`,
  ready: ({ me, run }) =>
    `${me}${freshnessOf(run).from === 'older' ? `, on a profile that is ${ageText(freshnessOf(run))}` : ''}`,
  'verifying-logout': () => 'the page reports a logout; loading it again to check',
  interrupted: ({ cause }) => interruptions[cause],
  'action-required': ({ what }) => what,
  'backing-off': ({ cause, delay, run }) =>
    `${cause.replace(/\.$/, '')}; the browser starts again in ${shortDuration(delay)} (attempt ${run.attempt})`,
  'logging-out': () => 'waiting for WhatsApp to confirm',
  stopping: ({ phase }) => stops[phase],
  ended: ({ reason }) => reason,
};

const phases: { readonly [P in StateOf<'starting'>['phase']]: string } = {
  opening: 'opening the session',
  clearing: 'ending the previous browser',
  erasing: 'removing the previous login',
  restoring: 'restoring a backup',
  launching: 'starting the browser',
  navigating: 'opening the page',
};

const awaited: { readonly [A in StateOf<'loading'>['awaits']]: string } = {
  page: 'the page is loading',
  qr: 'waiting for a QR code',
  'link-code': 'waiting for a link code',
};

const because_: { readonly [C in LinkCause]: string } = {
  'first-link': '',
  relink: ' to link again, as requested',
  'link-failed': '; the last attempt failed',
  'unlinked-while-away': '; the phone unlinked this device while the session was not running',
  'credentials-lost': '; the previous login is gone',
};

const blockers: { readonly [B in ReadyBlocker]: string } = {
  socket: 'the connection',
  'own-id': 'its own id',
  synced: 'the messages',
  dialog: 'a dialog to close',
  alive: 'a sign of life',
};

const interruptions: { readonly [C in StateOf<'interrupted'>['cause']]: string } = {
  network: 'no connection; Wakey reconnects by itself',
  phone: 'the phone is not reachable',
  conflict: 'WhatsApp Web is open elsewhere',
  'page-silent': 'the page does not answer',
};

const stops: { readonly [P in StateOf<'stopping'>['phase']]: string } = {
  proving: 'checking once more that the session is ready',
  closing: 'closing the browser',
  erasing: 'removing the login',
  saving: 'saving a backup',
  releasing: 'releasing the lock',
};

function because(why: LinkCause): string {
  return because_[why];
}

function blocked(missing: readonly ReadyBlocker[]): string {
  return missing.map((blocker) => blockers[blocker]).join(', ');
}
