import type { DeviceKeys, Me } from '../protocol.ts';
import { companionLimit } from '../timing.ts';

/** A WhatsApp account: a number with a phone. */
export interface Account {
  /** The international number, digits only. */
  readonly number: string;
  readonly pushname: string;
  /** Kind of the phone, such as `android`. */
  readonly platform: string;
  /** Digits of the account's hidden id. */
  readonly lid: string;
}

/** A device linked to an account. */
export interface Device extends DeviceKeys {
  /** Id of the device: `<number>:<index>@c.us`. */
  readonly id: string;
  readonly account: string;
  readonly index: number;
  /** Kind of companion, from the QR code: 1 is Chrome. */
  readonly platform: string;
  readonly linkedAt: number;
}

/** The accounts of the simulated service and their devices. */
export interface Accounts {
  list(): readonly Account[];
  find(number: string): Account | undefined;
  add(account: Account): void;
  devices(number?: string): readonly Device[];
  device(id: string): Device | undefined;
  /** Links a device; returns undefined if the account has no room for another device. */
  link(
    account: Account,
    device: DeviceKeys & { readonly platform: string; readonly linkedAt: number },
  ): Device | undefined;
  hasRoom(account: Account): boolean;
  /** Unlinks the device from its account; returns false if the device was not linked. */
  unlink(id: string): boolean;
}

/** The account that exists from the start. */
export const defaultAccount: Account = {
  number: '447700900000',
  pushname: 'Wally',
  platform: 'android',
  lid: '100000000000001',
};

/** Creates the list of accounts, in memory. */
export function createAccounts(first: readonly Account[], linked: readonly Device[] = []): Accounts {
  const accounts = new Map(first.map((account) => [account.number, account]));
  const devices = new Map(linked.map((device) => [device.id, device]));
  const lastIndex = new Map<string, number>();
  for (const { account, index } of linked) lastIndex.set(account, Math.max(index, lastIndex.get(account) ?? 0));
  const devicesOf = (number: string): readonly Device[] =>
    [...devices.values()].filter((device) => device.account === number);
  const hasRoom = (account: Account): boolean => devicesOf(account.number).length < companionLimit;

  return {
    list: () => [...accounts.values()],
    find: (number) => accounts.get(number),
    add: (account) => void accounts.set(account.number, account),
    devices: (number) => (number === undefined ? [...devices.values()] : devicesOf(number)),
    device: (id) => devices.get(id),
    hasRoom,
    link(account, { noiseKey, identityKey, platform, linkedAt }) {
      if (!hasRoom(account)) return undefined;
      // As on the real service, no index is used twice: a new device never gets the id of an unlinked one.
      const index = (lastIndex.get(account.number) ?? 0) + 1;
      lastIndex.set(account.number, index);
      const id = `${account.number}:${index}@c.us`;
      const device = { id, account: account.number, index, noiseKey, identityKey, platform, linkedAt };
      devices.set(id, device);
      return device;
    },
    unlink: (id) => devices.delete(id),
  };
}

/** Returns what the service tells a device about its account. */
export function meOf(account: Account, device: string): Me {
  return {
    device,
    wid: `${account.number}@c.us`,
    lid: `${account.lid}@lid`,
    pushname: account.pushname,
    platform: account.platform,
  };
}
