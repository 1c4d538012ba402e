import { openDatabase } from './database.ts';
import type { KeyPair } from './noise-info.ts';

/** The identity of this device: its registration id and its identity key. */
export interface RegistrationInfo {
  readonly registrationId: number;
  readonly identityKeyPair: KeyPair;
}

const store = 'signal-meta-store';

/** Reads the registration; returns null if the page has not created one. */
export async function readRegistration(): Promise<RegistrationInfo | null> {
  const database = await openDatabase('signal-storage');
  const id = (await database.get(store, 'signal_reg_id')) as { readonly value: number } | undefined;
  const keys = (await database.get(store, 'signal_static_keypair')) as { readonly value: KeyPair } | undefined;
  if (id === undefined || keys === undefined) return null;
  return { registrationId: id.value, identityKeyPair: keys.value };
}

/** Creates and stores a registration. */
export async function createRegistration(identityKeyPair: KeyPair): Promise<RegistrationInfo> {
  const registrationId = (crypto.getRandomValues(new Uint16Array(1))[0] ?? 0) & 0x3fff;
  const database = await openDatabase('signal-storage');
  await database.put(store, { key: 'signal_static_keypair', value: identityKeyPair });
  await database.put(store, { key: 'signal_reg_id', value: registrationId });
  return { registrationId, identityKeyPair };
}
