import { type ChoiceField, defaultPolicy, type NumberField, policyFields } from '@wakey/core';
import { choice, count, duration, factor, flag, period, secretText, text, texts } from './option.js';
import { WrongValue } from './wrong-value.js';

/** Where the sessions are. */
export const placeOptions = {
  sessionsDir: text({
    flag: 'sessions-dir',
    value: '<path>',
    doc: 'Directory of all sessions. It holds secrets, and only you can read it. Created if missing.',
    fallback: '.wakey-sessions',
  }),
};

/** Which browser to start, and how. */
export const browserOptions = {
  browser: text({
    flag: 'browser',
    value: '<path>',
    doc: 'Binary of the browser.',
    fallback: undefined,
    shown: 'the first that is found of Chromium’s headless shell, Chrome and Chromium',
  }),
  browserArg: texts({
    flag: 'browser-arg',
    value: '<argument>',
    doc: 'Another argument for the browser: --browser-arg=--disable-gpu. Can be given several times.',
  }),
  headed: flag({ flag: 'headed', doc: 'Show the browser’s window.' }),
  sandbox: choice({
    flag: 'sandbox',
    doc: 'The browser’s own sandbox. auto turns it off only where it cannot work, such as for root.',
    choices: ['auto', 'on', 'off'],
    fallback: 'auto',
  }),
};

/** Which page to open, and by which driver. */
export const pageOptions = {
  url: text(
    {
      flag: 'url',
      value: '<url>',
      doc: 'Address of WhatsApp Web, or of a simulator to try things.',
      fallback: 'https://web.whatsapp.com/',
    },
    webUrl,
  ),
  ignoreCertificateErrors: flag({
    flag: 'ignore-certificate-errors',
    doc: 'Accept any certificate: for a simulator with --https, never for the real page.',
  }),
  driver: text({
    flag: 'driver',
    value: '<name>',
    doc: 'Browser driver: puppeteer, playwright, lightpanda, or the package or file of another one.',
    fallback: 'puppeteer',
  }),
};

/** The store of the backups, and its keys. */
export const storeOptions = {
  store: text({
    flag: 'store',
    value: '<name>',
    doc: 'Where backups are kept: filesystem (in the sessions directory), none, or the package or file of another store.',
    fallback: 'filesystem',
  }),
  keyFile: text({
    flag: 'key-file',
    value: '<path>',
    doc: 'File with the secret key that encrypts backups. Only you may be able to read it.',
    fallback: undefined,
  }),
  key: secretText({ flag: 'key', doc: 'The secret key itself, AGE-SECRET-KEY-1…, instead of a file.' }),
  recipient: texts({
    flag: 'recipient',
    value: '<key>',
    doc: 'Another public key, age1…, whose owner can open the backups too. Can be given several times.',
  }),
  passphraseFile: text({
    flag: 'passphrase-file',
    value: '<path>',
    doc: 'File with a passphrase that encrypts backups, instead of a key. Only you may be able to read it.',
    fallback: undefined,
  }),
  passphrase: secretText({ flag: 'passphrase', doc: 'The passphrase itself, instead of a file.' }),
};

/** How to run a session. */
export const sessionOptions = {
  liveProfile: text({
    flag: 'live-profile',
    value: '<where>',
    doc: 'Where the live profile is: auto (in memory if backups are encrypted and memory has room), disk, or a directory in memory.',
    fallback: 'auto',
  }),
  keepAfterLogout: period({
    flag: 'keep-after-logout',
    doc: 'How long the newest backup is kept after a logout that you did not command; 0 destroys it at once.',
    fallback: 604_800_000,
    shown: '7d',
  }),
};

/** How to link a device. */
export const linkOptions = {
  ephemeral: flag({
    flag: 'ephemeral',
    doc: 'Keep nothing: the login ends with its browser, and every run adds a linked device to the phone. A driver that keeps no login needs this.',
  }),
  maxQr: count({
    flag: 'max-qr',
    doc: 'How many QR codes to show before giving up.',
    ...countOf(policyFields.maxQr),
  }),
  qrTimeout: duration({
    flag: 'qr-timeout',
    doc: 'How long to show a QR code before the next one. The page may replace it earlier.',
    fallback: defaultPolicy.qrTimeout,
    shown: '60s',
  }),
  linkCode: text({
    flag: 'link-code',
    value: '<number>',
    doc: 'Link by a code instead of by QR: the account’s phone number in international format, such as 447700900000.',
    fallback: undefined,
  }),
  linkCodeFallback: choice({
    flag: 'link-code-fallback',
    doc: 'What to do when linking by code fails: show a QR code, or end.',
    ...choiceOf(policyFields.linkCodeFallback),
  }),
  maxLinkCodes: count({
    flag: 'max-link-codes',
    doc: 'How many link codes to try before falling back.',
    ...countOf(policyFields.maxLinkCodes),
  }),
  takeover: choice({
    flag: 'takeover',
    doc: 'What to do when somebody opens WhatsApp Web elsewhere with this login: take it back or yield.',
    ...choiceOf(policyFields.takeover),
  }),
  giveUpAfter: duration({
    flag: 'give-up-after',
    doc: 'How long a linked session without network keeps trying before it ends. The login is kept.',
    fallback: defaultPolicy.giveUpAfter,
    shown: 'never',
  }),
  renewAt: factor({
    flag: 'renew-at',
    doc: 'Replace the browser, at a quiet moment, once it uses so many times the memory that it used when the session was ready; 0 never does.',
    fallback: undefined,
    shown: '3 with lightpanda, else 0',
    least: policyFields.renewAt.least,
    most: policyFields.renewAt.most,
    isZeroValid: true,
  }),
};

function webUrl(given: string): string {
  if (/^https?:$/.test(URL.parse(given)?.protocol ?? '')) return given;
  throw new WrongValue('Use a whole address, such as http://127.0.0.1:8080/.');
}

/** The default and the limits of a number of the policy. */
function countOf(field: NumberField) {
  return { fallback: field.default, min: field.least, max: field.most };
}

/** The default and the values of a choice of the policy. */
function choiceOf<C extends string>(field: ChoiceField<C>) {
  return { fallback: field.default, choices: field.choices };
}
