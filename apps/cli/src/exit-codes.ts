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
  ...Object.entries(reasons)
    .map(([name, { code, what, hint }]) => ({ code, name, meaning: `${what} ${hint}` }))
    .sort((one, other) => one.code - other.code),
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

/** The errors of an option or an argument. `unsupported`: the driver cannot do what the options ask for. */
const usage: ReadonlySet<ErrorCode> = new Set([
  'invalid-session-id',
  'invalid-phone-number',
  'invalid-argument',
  'unsupported',
]);

/** The exit code for an error that ended a command. */
export function exitCodeFor(error: unknown): number {
  if (error instanceof UsageError) return USAGE;
  if (!isWakeyError(error)) return FAILED;
  if (usage.has(error.code)) return USAGE;
  if (error.code === 'sessions-dir-unusable') return reasons['session-unreadable'].code;
  if (Object.hasOwn(exitCodeOfKeeping, error.code)) return exitCodeOfKeeping[error.code as Keeping];
  return Object.hasOwn(reasons, error.code) ? reasons[error.code as EndReason].code : FAILED;
}
