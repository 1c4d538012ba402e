/** What an ending means and what to do about it. */
export interface ReasonFacts {
  /**
   * A stable number, which the command line exits with. Tens group them: 1x the session's place, 2x browser, 3x page, 4x
   * linking, 5x the login.
   */
  readonly code: number;
  /** What the ending does to the credentials. Only a confirmed logout or a command erases them. */
  readonly credentials: 'erased' | 'kept';
  readonly recover: Recovery;
  /** What happened, one sentence. */
  readonly what: string;
  /** What to do next, in one or two sentences. */
  readonly hint: string;
}

/**
 * Who can bring an ended session back, and how. `auto`: a new start may be enough. `link-again`: start and link again with a
 * code. `human`: a person must do something first.
 */
export type Recovery = 'auto' | 'link-again' | 'human' | 'none';

/** Every ending of a session. */
const endings = {
  'logged-out-by-phone': {
    code: 50,
    credentials: 'erased',
    recover: 'link-again',
    what: 'The phone removed this device from its linked devices.',
    hint: 'Start the session and link it again.',
  },
  'logged-out-by-us': {
    code: 52,
    credentials: 'erased',
    recover: 'link-again',
    what: 'This session was logged out by command.',
    hint: 'Start the session to link it again.',
  },
  'logged-out-by-page': {
    code: 51,
    credentials: 'erased',
    recover: 'link-again',
    what: 'WhatsApp Web logged this device out by itself.',
    hint: 'Start the session and link it again. The message names WhatsApp’s own reason, if it gave one.',
  },
  'logout-unconfirmed': {
    code: 53,
    credentials: 'kept',
    recover: 'auto',
    what: 'The page did not confirm the logout in time, so the login was kept.',
    hint: 'Log out again, or remove the device on the phone.',
  },
  replaced: {
    code: 54,
    credentials: 'kept',
    recover: 'human',
    what: 'Another WhatsApp Web connection took over this session.',
    hint: 'Close WhatsApp Web there, then start again; the takeover policy decides who yields.',
  },
  banned: {
    code: 55,
    credentials: 'kept',
    recover: 'human',
    what: 'WhatsApp banned this account.',
    hint: 'Open WhatsApp on the phone to see why and to ask for a review.',
  },
  'terms-of-service': {
    code: 56,
    credentials: 'kept',
    recover: 'human',
    what: 'WhatsApp requires that its terms of service are accepted.',
    hint: 'Accept the terms on the phone, then start again.',
  },
  'client-outdated': {
    code: 34,
    credentials: 'kept',
    recover: 'auto',
    what: 'WhatsApp reports that this build of its page is outdated.',
    hint: 'Start again to load a newer build; if the error stays, update the browser.',
  },
  'network-blocked': {
    code: 35,
    credentials: 'kept',
    recover: 'human',
    what: 'WhatsApp reports that a proxy or network blocks it.',
    hint: 'Check the proxy and the network of this machine.',
  },
  'page-incompatible': {
    code: 32,
    credentials: 'kept',
    recover: 'human',
    what: 'This build of WhatsApp Web lacks parts that Wakey reads.',
    hint: 'Update Wakey; if there is no newer Wakey, report the missing parts and the version.',
  },
  'page-unreachable': {
    code: 30,
    credentials: 'kept',
    recover: 'auto',
    what: 'The page could not be loaded.',
    hint: 'Check the network and the URL, then start again.',
  },
  'page-foreign': {
    code: 31,
    credentials: 'kept',
    recover: 'human',
    what: 'The URL answered with a page that is not WhatsApp Web.',
    hint: 'Check the URL, and whether a proxy or a login portal answers in its place.',
  },
  'page-stuck': {
    code: 33,
    credentials: 'kept',
    recover: 'auto',
    what: 'The page stayed in one phase past its deadline.',
    hint: 'Start again. The message names what the page waited for.',
  },
  'browser-unavailable': {
    code: 20,
    credentials: 'kept',
    recover: 'human',
    what: 'No browser was found.',
    hint: 'Install Chrome or Chromium, or name the path of the browser’s binary.',
  },
  'browser-failed': {
    code: 21,
    credentials: 'kept',
    recover: 'human',
    what: 'The browser did not start.',
    hint: 'Read its output in the message, and check its arguments.',
  },
  'browser-unsuitable': {
    code: 22,
    credentials: 'kept',
    recover: 'human',
    what: 'This browser lacks something that WhatsApp Web needs.',
    hint: 'Use another browser or driver. The message names what is missing.',
  },
  'browser-older': {
    code: 25,
    credentials: 'kept',
    recover: 'human',
    what: 'This browser is older than the browser that last wrote the profile, and would damage it.',
    hint: 'Nothing was changed. Use that browser again, or a newer one.',
  },
  'browser-unkillable': {
    code: 23,
    credentials: 'kept',
    recover: 'human',
    what: 'The end of the browser could not be confirmed, so the session stays locked.',
    hint: 'End the process that the message names, then start again.',
  },
  'crash-loop': {
    code: 24,
    credentials: 'kept',
    recover: 'human',
    what: 'The browser was lost too often in a short time.',
    hint: 'Check the memory and shared memory of this machine and the browser’s output, then start again.',
  },
  'session-in-use': {
    code: 10,
    credentials: 'kept',
    recover: 'human',
    what: 'Another process holds this session.',
    hint: 'Stop the holder that the message names, or use another session name.',
  },
  'session-unreadable': {
    code: 11,
    credentials: 'kept',
    recover: 'human',
    what: 'The session’s directory or its backups could not be read.',
    hint: 'Nothing was deleted. Repair what the message names, then start again.',
  },
  'session-elsewhere': {
    code: 18,
    credentials: 'kept',
    recover: 'human',
    what: 'This session was linked at another address than the given one.',
    hint: 'Start the session with the address at which it was linked, or use another session name for the given address.',
  },
  'lease-lost': {
    code: 12,
    credentials: 'kept',
    recover: 'human',
    what: 'Another process has taken the lease of this session.',
    hint: 'Make sure that only one deployment runs this session.',
  },
  'qr-exhausted': {
    code: 40,
    credentials: 'kept',
    recover: 'link-again',
    what: 'Every QR code expired before it was scanned.',
    hint: 'Start again when a person is ready to scan the code.',
  },
  'link-codes-exhausted': {
    code: 41,
    credentials: 'kept',
    recover: 'link-again',
    what: 'Every link code expired before it was entered.',
    hint: 'Start again when a person is ready to enter the code.',
  },
  'link-rejected': {
    code: 42,
    credentials: 'kept',
    recover: 'link-again',
    what: 'WhatsApp refused to link this device.',
    hint: 'Try again later, or link by the other method.',
  },
  'wrong-phone-number': {
    code: 43,
    credentials: 'kept',
    recover: 'human',
    what: 'WhatsApp does not know this phone number.',
    hint: 'Use the phone number of the account in international format, such as 447700900000.',
  },
  'too-many-devices': {
    code: 44,
    credentials: 'kept',
    recover: 'human',
    what: 'The account has the most linked devices that WhatsApp allows.',
    hint: 'Remove a linked device on the phone, then start again.',
  },
  'rate-limited': {
    code: 45,
    credentials: 'kept',
    recover: 'human',
    what: 'WhatsApp refuses further link codes for now.',
    hint: 'Wait before you try again (`retryAfter` says how long, if WhatsApp says so), or link by QR code.',
  },
  'passkey-refused': {
    code: 46,
    credentials: 'kept',
    recover: 'link-again',
    what: 'The passkey check was refused.',
    hint: 'Start again and answer the check with the account’s passkey.',
  },
  'passkey-timeout': {
    code: 47,
    credentials: 'kept',
    recover: 'link-again',
    what: 'The passkey check was not answered in time.',
    hint: 'Start again when a person is ready to answer the check.',
  },
  'action-not-taken': {
    code: 48,
    credentials: 'kept',
    recover: 'human',
    what: 'The page waited for an action of a person, and none came.',
    hint: 'Show the browser’s window (--headed, or headless: false), do what the page asks, then start again.',
  },
} as const satisfies Readonly<Record<string, ReasonFacts>>;

/** Why a session ended. */
export type EndReason = keyof typeof endings;

/** Every ending with its facts: the machine, the errors, the exit codes and the reference take them from here. */
export const reasons: { readonly [R in EndReason]: ReasonFacts } = endings;
