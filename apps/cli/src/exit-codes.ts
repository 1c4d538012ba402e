import { UsageError } from '@wakey/config';
import { type EndReason, type ErrorCode, isWakeyError, reasons } from '@wakey/core';

/** Success: ready with --exit-when-ready, stopped by you, or logged out by `wakey logout`. */
export const DONE = 0;
/** The command line is wrong. */
export const USAGE = 2;
/** An error without a code of its own. */
export const FAILED = 1;

/** `wakey doctor` found a fault to repair. */
export const UNWELL = 3;

/** The exit code of each ending. Tens group them: 1x the session's place, 2x browser, 3x page, 4x linking, 5x the login. */
export const exitCodeOf: { readonly [R in EndReason]: number } = {
  'session-in-use': 10,
  'session-unreadable': 11,
  'lease-lost': 12,
  'session-elsewhere': 18,
  'browser-unavailable': 20,
  'browser-failed': 21,
  'browser-unsuitable': 22,
  'browser-unkillable': 23,
  'crash-loop': 24,
  'browser-older': 25,
  'page-unreachable': 30,
  'page-foreign': 31,
  'page-incompatible': 32,
  'page-stuck': 33,
  'client-outdated': 34,
  'network-blocked': 35,
  'qr-exhausted': 40,
  'link-codes-exhausted': 41,
  'link-rejected': 42,
  'wrong-phone-number': 43,
  'too-many-devices': 44,
  'rate-limited': 45,
  'passkey-refused': 46,
  'passkey-timeout': 47,
  'action-not-taken': 48,
  'logged-out-by-phone': 50,
  'logged-out-by-page': 51,
  'logged-out-by-us': 52,
  'logout-unconfirmed': 53,
  replaced: 54,
  banned: 55,
  'terms-of-service': 56,
};

/** The exit code of each error about the backups of a session: more of 1x. */
export const exitCodeOfKeeping = {
  'wrong-key': 13,
  'store-unreadable': 14,
  'store-unwritable': 15,
  'bundle-damaged': 16,
  'bundle-unsupported': 17,
} as const satisfies Partial<Record<ErrorCode, number>>;

type Keeping = keyof typeof exitCodeOfKeeping;

const keeping: { readonly [C in Keeping]: string } = {
  'wrong-key':
    'The backups are encrypted, and this command has no key or the wrong key. Nothing was changed. Name the right key with `--key-file`.',
  'store-unreadable': 'The backups exist but cannot be read. Nothing was deleted; stderr says why.',
  'store-unwritable': 'No backup could be saved; earlier backups are unchanged. stderr says why.',
  'bundle-damaged': 'A bundle is damaged or incomplete. Use another copy of it.',
  'bundle-unsupported': 'A newer Wakey wrote the bundle. Use that version.',
};

/** The exit code of a command that a signal cut off: 128 plus the number of the signal. */
export const exitCodeOfSignal = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/** Every exit code with what it means, for the documentation. */
export const exitCodes: readonly { readonly code: number; readonly name: string; readonly meaning: string }[] = [
  {
    code: DONE,
    name: 'done',
    meaning: 'Success: ready with `--exit-when-ready`, stopped by you, or logged out.',
  },
  { code: FAILED, name: 'failed', meaning: 'An error without a code of its own; stderr says which.' },
  {
    code: USAGE,
    name: 'usage',
    meaning: 'An option, an argument or a session name is wrong; stderr says which and why.',
  },
  {
    code: UNWELL,
    name: 'unwell',
    meaning: '`wakey doctor` found a fault; its output says what to repair, and how.',
  },
  ...Object.entries(exitCodeOf).map(([name, code]) => {
    const { what, hint } = reasons[name as EndReason];
    return { code, name, meaning: `${what} ${hint}` };
  }),
  ...Object.entries(exitCodeOfKeeping).map(([name, code]) => ({ code, name, meaning: keeping[name as Keeping] })),
  ...Object.entries(exitCodeOfSignal).map(([signal, code]) => ({
    code,
    name: signal,
    meaning:
      signal === 'SIGINT'
        ? 'Ctrl-C before the command was done, or a second Ctrl-C.'
        : 'That signal before the command was done.',
  })),
];

/** The exit code for an error that ended a command. */
export function exitCodeFor(error: unknown): number {
  if (error instanceof UsageError) return USAGE;
  if (!isWakeyError(error)) return FAILED;
  if (['invalid-session-id', 'invalid-phone-number', 'invalid-argument'].includes(error.code)) return USAGE;
  if (error.code === 'sessions-dir-unusable') return exitCodeOf['session-unreadable'];
  if (Object.hasOwn(exitCodeOfKeeping, error.code)) return exitCodeOfKeeping[error.code as Keeping];
  return Object.hasOwn(exitCodeOf, error.code) ? exitCodeOf[error.code as EndReason] : FAILED;
}
