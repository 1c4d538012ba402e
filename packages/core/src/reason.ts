import type { EndReason } from './machine/ending.js';

/** Who can bring an ended session back, and how. */
export type Recovery = 'auto' | 'link-again' | 'human' | 'none';

/** What an ending means and what to do about it. */
export interface ReasonFacts {
  /** `auto`: starting again may be enough. `link-again`: start, and scan a code. `human`: something must be done first. */
  readonly recover: Recovery;
  /** What happened, one sentence. */
  readonly what: string;
  /** What to do, one sentence. */
  readonly hint: string;
}

/** Every ending with its meaning. */
export const reasons: { readonly [R in EndReason]: ReasonFacts } = {
  'logged-out-by-phone': {
    recover: 'link-again',
    what: 'The phone removed this device from its linked devices.',
    hint: 'Start again and link it anew.',
  },
  'logged-out-by-us': {
    recover: 'link-again',
    what: 'This session was logged out as asked.',
    hint: 'Start again to link it anew.',
  },
  'logged-out-by-page': {
    recover: 'link-again',
    what: 'WhatsApp Web logged this device out by itself.',
    hint: 'Start again and link it anew; the code in the event is WhatsApp’s own reason.',
  },
  'logout-unconfirmed': {
    recover: 'auto',
    what: 'The page did not confirm the logout in time, so the credentials were kept.',
    hint: 'Log out again, or remove the device on the phone.',
  },
  replaced: {
    recover: 'human',
    what: 'Another WhatsApp Web connection took over this session.',
    hint: 'Stop the other one, then start again; see the takeover policy.',
  },
  banned: {
    recover: 'human',
    what: 'WhatsApp banned this account.',
    hint: 'Open WhatsApp on the phone to see why and to ask for a review.',
  },
  'terms-of-service': {
    recover: 'human',
    what: 'WhatsApp wants its terms of service accepted.',
    hint: 'Accept them on the phone, then start again.',
  },
  'client-outdated': {
    recover: 'auto',
    what: 'WhatsApp says that this build of its page is outdated.',
    hint: 'Start again to load a newer one; if it stays, update the browser.',
  },
  'network-blocked': {
    recover: 'human',
    what: 'WhatsApp says that a proxy or network blocks it.',
    hint: 'Check the proxy and the network of this machine.',
  },
  'page-incompatible': {
    recover: 'human',
    what: 'This build of WhatsApp Web lacks parts that Wakey reads.',
    hint: 'Update Wakey; report the missing parts and the version if there is no newer one.',
  },
  'page-unreachable': {
    recover: 'auto',
    what: 'The page could not be loaded.',
    hint: 'Check the network and the URL, then start again.',
  },
  'page-foreign': {
    recover: 'human',
    what: 'The URL answered with a page that is not WhatsApp Web.',
    hint: 'Check the URL, and whether a proxy or a login portal answers in its place.',
  },
  'page-stuck': {
    recover: 'auto',
    what: 'The page stayed in one phase past its deadline.',
    hint: 'Start again; the blocker in the event says what was missing.',
  },
  'browser-unavailable': {
    recover: 'human',
    what: 'No browser was found.',
    hint: 'Install Chrome or Chromium, or name its binary.',
  },
  'browser-failed': {
    recover: 'human',
    what: 'The browser did not start.',
    hint: 'Read the end of its output in the event, and check its arguments.',
  },
  'browser-unsuitable': {
    recover: 'human',
    what: 'This browser lacks something that WhatsApp Web needs.',
    hint: 'Choose another browser or driver; the event names what is missing.',
  },
  'browser-older': {
    recover: 'human',
    what: 'This browser is older than the one that last wrote the profile, and would harm it.',
    hint: 'Use the newer browser again, or one newer still; nothing was touched.',
  },
  'browser-unkillable': {
    recover: 'human',
    what: 'The end of the browser could not be confirmed, so the session stays locked.',
    hint: 'End the process that the event names, then start again.',
  },
  'crash-loop': {
    recover: 'human',
    what: 'The browser was lost again and again in a short time.',
    hint: 'Check memory and shared memory of this machine and the browser’s output, then start again.',
  },
  'session-in-use': {
    recover: 'human',
    what: 'Another process holds this session.',
    hint: 'Stop the holder named in the event, or use another session name.',
  },
  'session-unreadable': {
    recover: 'human',
    what: 'The session, or what is kept of it, could not be read.',
    hint: 'Put right what the event names; nothing was deleted.',
  },
  'session-elsewhere': {
    recover: 'human',
    what: 'This session was linked at another address than the one that was given.',
    hint: 'Start it with the address that it was linked at, or use another session name for this one.',
  },
  'lease-lost': {
    recover: 'human',
    what: 'The right to this session went to another owner.',
    hint: 'Make sure that only one deployment runs it.',
  },
  'qr-exhausted': {
    recover: 'link-again',
    what: 'Every QR code lapsed without being scanned.',
    hint: 'Start again when somebody is there to scan.',
  },
  'link-codes-exhausted': {
    recover: 'link-again',
    what: 'Every link code lapsed without being entered.',
    hint: 'Start again when somebody is there to enter it.',
  },
  'link-rejected': {
    recover: 'link-again',
    what: 'WhatsApp refused to link this device.',
    hint: 'Try again later, or link by the other method.',
  },
  'wrong-phone-number': {
    recover: 'human',
    what: 'WhatsApp does not know this phone number.',
    hint: 'Give the number of the account in international format, such as 447700900000.',
  },
  'too-many-devices': {
    recover: 'human',
    what: 'The account has as many linked devices as WhatsApp allows.',
    hint: 'Remove one on the phone, then start again.',
  },
  'rate-limited': {
    recover: 'human',
    what: 'WhatsApp refuses further link codes for now.',
    hint: 'Wait as long as the event says, or link by QR code.',
  },
  'passkey-refused': {
    recover: 'link-again',
    what: 'The passkey check was refused.',
    hint: 'Start again and answer it with the account’s passkey.',
  },
  'passkey-timeout': {
    recover: 'link-again',
    what: 'Nobody answered the passkey check in time.',
    hint: 'Start again with somebody there to answer it.',
  },
  'action-not-taken': {
    recover: 'human',
    what: 'The page waited for an action that nobody took.',
    hint: 'Open the page headed, do what it asks, then start again.',
  },
};
