import type { Account, Accounts, Device } from '../backend/accounts.ts';
import type { Backend } from '../backend/backend.ts';
import type { CodeRefusal } from '../backend/link-codes.ts';
import type { PairRefusal } from '../backend/pairing.ts';
import type { Passkey } from '../backend/passkeys.ts';
import type { Journal } from '../journal.ts';
import { parseQr } from '../qr-text.ts';
import type { Troubles } from '../troubles.ts';
import { readPicture } from './read-picture.ts';

/** The reason why the phone did not link a device. */
export type PhoneRefusal = PairRefusal | CodeRefusal | 'unreadable-code' | 'phone-offline' | 'unknown-account';

/** The result of scanning or typing a code. */
export type LinkResult =
  | { readonly ok: true; readonly device: LinkedDevice }
  | { readonly ok: false; readonly reason: PhoneRefusal; readonly message: string };

/** A device as the phone's list of linked devices shows it. */
export interface LinkedDevice {
  /** Id of the device: `<number>:<index>@c.us`. */
  readonly id: string;
  readonly account: string;
  readonly platform: string;
  /** Time at which the device was linked, in ms since the epoch. */
  readonly linkedAt: number;
  readonly online: boolean;
}

/** Selects the phone if there are several accounts. */
export interface PhoneOptions {
  /** Number of the account. @default the first account */
  readonly account?: string;
}

/** The phones of all accounts. Methods return refusals as results and do not throw for them. */
export interface Phone {
  /** Scans a QR text. Resolves when the page has stored the login, or with the reason why the link failed. */
  scan(text: string, options?: PhoneOptions): Promise<LinkResult>;
  /** Scans a PNG picture of a QR code. */
  scanPng(bytes: Uint8Array, options?: PhoneOptions): Promise<LinkResult>;
  /** Enters a link code; case and dashes do not matter. */
  enterCode(code: string, options?: PhoneOptions): Promise<LinkResult>;
  /** Returns the link code that this phone shows, with the trouble `linkCodeShownOn: 'phone'`. */
  shownCode(options?: PhoneOptions): string | undefined;
  devices(options?: PhoneOptions): readonly LinkedDevice[];
  /** Unlinks a device; returns false if the device is not linked. */
  unlink(device: string): boolean;
  /** Registers a passkey with the service. Throws if its public key is not ES256. */
  addPasskey(passkey: Passkey): void;
}

interface PhoneParts {
  readonly accounts: Accounts;
  readonly backend: Backend;
  readonly journal: Journal;
  readonly troubles: () => Troubles;
}

/** Creates the phones of a simulator. */
export function createPhone({ accounts, backend, journal, troubles }: PhoneParts): Phone {
  async function withPhone(
    options: PhoneOptions,
    use: (account: Account) => Promise<LinkOutcome>,
  ): Promise<LinkResult> {
    const account = options.account === undefined ? accounts.list()[0] : accounts.find(options.account);
    if (account === undefined) return refused('unknown-account', `There is no account ${options.account}.`);
    if (troubles().phoneOffline) return refused('phone-offline', 'The phone has no network.');
    const outcome = await use(account);
    if (outcome.ok) return { ok: true, device: listed(outcome.device) };
    journal.write('phone-refused', { account: account.number, reason: outcome.reason });
    return outcome;
  }

  const scan = (text: string, options: PhoneOptions): Promise<LinkResult> =>
    withPhone(options, async (account) => {
      const fields = parseQr(text);
      if ('wrong' in fields) return refused('unreadable-code', fields.wrong);
      journal.write('phone-scanned', { account: account.number, ref: fields.ref });
      return backend.pairing.pair(account, fields);
    });

  const listed = ({ id, account, platform, linkedAt }: Device): LinkedDevice => {
    return { id, account, platform, linkedAt, online: backend.isOnline(id) };
  };

  return {
    scan: (text, options = {}) => scan(text, options),
    async scanPng(bytes, options = {}) {
      const text = readPicture(bytes);
      return text === undefined
        ? refused('unreadable-code', 'The picture shows no readable QR code.')
        : scan(text, options);
    },
    enterCode: (code, options = {}) => withPhone(options, (account) => backend.linkCodes.enter(account, code)),
    shownCode: ({ account } = {}) => backend.linkCodes.shown(account ?? accounts.list()[0]?.number ?? ''),
    devices: ({ account } = {}) => accounts.devices(account).map(listed),
    unlink: (device) => backend.unlink(device),
    addPasskey: (passkey) => backend.passkeys.register(passkey),
  };
}

type LinkOutcome = Extract<LinkResult, { ok: false }> | { readonly ok: true; readonly device: Device };

function refused(reason: PhoneRefusal, message: string): Extract<LinkResult, { ok: false }> {
  return { ok: false, reason, message };
}
