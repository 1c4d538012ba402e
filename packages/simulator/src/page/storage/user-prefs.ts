import type { Me } from '../../protocol.ts';
import { encodeB64, randomBytes } from '../bytes.ts';
import type { Emitter } from '../emitter.ts';
import { openDatabase } from './database.ts';

/** The page's data about its user, in localStorage and in the database `wawc`. */
export interface UserPrefs {
  /** Returns the account to which this device is linked. */
  me(): Me | undefined;
  /** Stores the login; resolves when it is on disk. */
  saveMe(me: Me, signedIdentity: string): Promise<void>;
  /** Returns the number that the service gave this state at the last login. */
  state(): number | undefined;
  saveState(state: number): Promise<void>;
  /** The secret shared with the phone by the QR code, base64; null while a link code is used. */
  advSecret(): string | null;
  newAdvSecret(): void;
  setAdvSecret(secret: string): void;
  dropAdvSecret(): void;
  /** Forgets the account in memory and in localStorage. `eraseStorage` deletes the databases. */
  forget(): void;
}

/** Loads the preferences, and restores in localStorage what only the database still has. */
export async function openUserPrefs(advSecretEvents: Emitter): Promise<UserPrefs> {
  const database = await openDatabase('wawc');
  const read = async (key: string): Promise<unknown> =>
    ((await database.get('user', key)) as { readonly value: unknown } | undefined)?.value;
  let me = (await read('me')) as Me | undefined;
  let secret = ((await read('adv_secret_key')) as string | undefined) ?? null;
  let state = (await read('state')) as number | undefined;
  if (me !== undefined) writeLocal(me);

  function setSecret(value: string | null): void {
    secret = value;
    const done =
      value === null
        ? database.delete('user', 'adv_secret_key')
        : database.put('user', { key: 'adv_secret_key', value });
    // A page that is being left can no longer write, and does not need to.
    done.catch(() => undefined);
    advSecretEvents.trigger('change', value);
  }

  return {
    me: () => (localStorage.getItem('last-wid-md') === null ? undefined : me),
    async saveMe(account, signedIdentity) {
      await database.put('user', { key: 'adv_signed_identity', value: signedIdentity });
      await database.put('user', { key: 'me', value: account });
      me = account;
      writeLocal(account);
    },
    state: () => state,
    async saveState(given) {
      state = given;
      await database.put('user', { key: 'state', value: given });
    },
    advSecret: () => secret,
    newAdvSecret: () => setSecret(encodeB64(randomBytes(32))),
    setAdvSecret: setSecret,
    dropAdvSecret: () => setSecret(null),
    forget() {
      me = undefined;
      localStorage.removeItem('last-wid-md');
    },
  };
}

function writeLocal(me: Me): void {
  localStorage.setItem('last-wid-md', JSON.stringify(me.device));
  localStorage.setItem('WALid', JSON.stringify(me.lid));
  localStorage.setItem('me-display-name', JSON.stringify(me.pushname));
}
