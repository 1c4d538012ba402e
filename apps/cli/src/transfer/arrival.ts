import type { Adopted } from '@wakey/client';
import { type Given, type OptionValues, openStore, pageOptions, placeOptions, storeOptions } from '@wakey/config';
import type { SessionStore, WakeyError } from '@wakey/core';
import { startAgain } from '../options/start-again.js';
import { own } from '../own.js';
import type { Shell } from '../shell.js';
import { plain } from '../views/plain-view.js';

type Values = OptionValues<typeof placeOptions & typeof storeOptions>;

/** The store for an imported login: encrypted if there is a key, unless `isPlain`. Undefined for `none`. */
export async function openDestination(
  values: Values,
  isPlain: boolean,
  { cwd, err }: Pick<Shell, 'cwd' | 'err'>,
): Promise<SessionStore | undefined> {
  if (values.store === 'none') return undefined;
  const warn = ({ message }: WakeyError) => void err.write(`${plain(message)}\n`);
  const without = {
    keyFile: undefined,
    key: undefined,
    passphraseFile: undefined,
    passphrase: undefined,
    recipient: [],
  };
  return openStore({ values: isPlain ? { ...values, ...without } : values, cwd, own, warn });
}

/** The lines of text that tell a user about an imported login. */
export function arrivalLines(
  id: string,
  { generation, quarantine, formerGeneration }: Adopted,
  store: SessionStore | undefined,
  given: Given,
): readonly string[] {
  const isEncrypted = store?.isEncrypted === true;
  return [
    ...(generation === undefined ? [] : [`  saved as backup ${generation}${isEncrypted ? ', encrypted' : ''}`]),
    ...(quarantine === undefined ? [] : [`  the former login is in quarantine: ${quarantine}`]),
    ...(formerGeneration === undefined ? [] : [`  the former login is backup ${formerGeneration}`]),
    `Resume it without a code: npx ${isEncrypted ? startAgain(id, given) : startAgain(id, given, KEYLESS)}`,
    'Run it only here: if the same login runs at two places, WhatsApp makes them replace each other.',
  ];
}

/** The facts of an imported login, for programs. */
export function arrivalFields({ generation, quarantine, formerGeneration }: Adopted) {
  return {
    ...(generation === undefined ? {} : { generation }),
    ...(quarantine === undefined ? {} : { quarantine }),
    ...(formerGeneration === undefined ? {} : { formerGeneration }),
  };
}

/** A store without encryption is opened without a key. */
const KEYLESS = { ...placeOptions, store: storeOptions.store, driver: pageOptions.driver };
