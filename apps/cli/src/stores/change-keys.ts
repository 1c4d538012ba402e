import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { listSessions } from '@wakey/client';
import { type OptionValues, openPlainStore, type placeOptions, type storeOptions, UsageError } from '@wakey/config';
import { type LeaseHolder, parseSessionId, type Quarantined, type SessionStore, type WakeyError } from '@wakey/core';
import type { EncryptionKeys, Reencryption } from '@wakey/store-encrypted';
import type { ReportJson } from '@wakey/wire';
import { DONE } from '../exit-codes.js';
import type { outputOptions } from '../options/commands.js';
import { own } from '../own.js';
import type { Shell } from '../shell.js';
import { plain } from '../views/plain-view.js';

/** Which keys to change, and how. */
export interface ChangeKeysOptions {
  readonly id: string;
  readonly values: OptionValues<typeof placeOptions & typeof storeOptions & typeof outputOptions>;
  /** The keys that open the backups now; undefined if the backups are not encrypted. */
  readonly from: EncryptionKeys | undefined;
  readonly to: EncryptionKeys;
  /** Whether every public key that opens the backups now must open them afterwards. */
  readonly keepsRecipients: boolean;
  readonly verb: 'add' | 'rotate';
  readonly shell: Shell;
}

/** Encrypts the backups of a session with other keys, and prints the result. Returns the exit code. */
export async function changeKeys(options: ChangeKeysOptions): Promise<number> {
  const { values, from, to, keepsRecipients, verb, shell } = options;
  const id = parseSessionId(options.id);
  const { cwd, err, out } = shell;
  const warn = ({ message }: WakeyError) => void err.write(`${plain(message)}\n`);
  const store = await openPlainStore({ values, cwd, own, warn });
  if (store === undefined) throw new UsageError('With --store none there are no backups. Name the store.');
  const holder = { host: hostname(), pid: process.pid, since: Date.now(), program: `wakey keys ${verb}` };
  if (keepsRecipients) await refuseLoss(store, to, id, holder);
  const { reencrypt } = await import('@wakey/store-encrypted');
  const sessions = await listSessions({ sessionsDir: resolve(cwd, values.sessionsDir) });
  const proved = sessions.find((one) => one.id === id)?.record?.proved?.generation;
  const done = await reencrypt({
    ...{ store, id, to, holder },
    ...(from === undefined ? {} : { from }),
    ...(proved === undefined ? {} : { proved }),
  });
  if (done === undefined) throw await nothingKept(store, id);
  const { generation, keepsOlder, quarantined, damage } = done;
  if (values.json) out.write(`${JSON.stringify(reportOf(id, verb, done))}\n`);
  else
    out.write(
      `The backups of session ${id} are encrypted for the given keys (newest: backup ${generation}).\n${advice[verb]}\n`,
    );
  if (damage !== undefined) err.write(`${plain(damage.message)} The segments behind it were not copied.\n`);
  if (keepsOlder) {
    err.write(`Store ${store.name} still has older backups, which the previous keys open. Remove them there.\n`);
  }
  if (quarantined !== undefined) err.write(`${leftInQuarantine(id, quarantined)}\n`);
  return DONE;
}

function reportOf(id: string, verb: 'add' | 'rotate', { quarantined, damage: _, ...done }: Reencryption): ReportJson {
  const left =
    quarantined === undefined
      ? {}
      : { quarantined: { ...quarantined, until: new Date(quarantined.until).toISOString() } };
  return { session: id, event: `keys-${verb}`, ...done, ...left };
}

async function nothingKept(store: SessionStore, id: string): Promise<UsageError> {
  const quarantined = await store.quarantine?.look(id);
  const left = quarantined === undefined ? '' : ` ${leftInQuarantine(id, quarantined)}`;
  return new UsageError(`Session "${id}" has no backup in store ${store.name}.${left}`);
}

/** The backup in quarantine keeps its old key: it expires soon, and no start restores it. */
function leftInQuarantine(id: string, { generation, until }: Quarantined): string {
  return [
    `Backup ${generation} is in quarantine until ${new Date(until).toISOString()} and was not changed: the previous key opens it.`,
    `To export it: wakey export ${id} --from-quarantine, with that key. To destroy it now: wakey relink ${id}`,
  ].join(' ');
}

/** Takes a lease as a session does: the store then warns of each public key that `to` lacks. */
async function refuseLoss(store: SessionStore, to: EncryptionKeys, id: string, holder: LeaseHolder): Promise<void> {
  const missing: unknown[] = [];
  const warn = ({ details }: WakeyError) => {
    if (details.recipients !== undefined) missing.push(details.recipients);
  };
  const { encryptedStore } = await import('@wakey/store-encrypted');
  const lease = await encryptedStore({ ...to, store, warn }).lease(id, holder);
  await lease.release();
  if (missing.length === 0) return;
  throw new UsageError(
    `The key of ${missing.join(' ')} opens the backups now and would not afterwards. Keep it with --recipient, or drop it with wakey keys rotate.`,
  );
}

const advice = {
  add: 'Add the same --recipient to wakey start from now on, or set WAKEY_RECIPIENT: wakey start encrypts the next backup.',
  rotate:
    'Use the new key with wakey start from now on. The old key still opens exported files and other copies of the backups.',
} as const;
