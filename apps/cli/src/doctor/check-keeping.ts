import {
  type OptionValues,
  openPlainStore,
  openStore,
  type placeOptions,
  readKeys,
  type storeOptions,
} from '@wakey/config';
import type { SessionStore, WakeyError } from '@wakey/core';
import { own } from '../own.js';
import type { Shell } from '../shell.js';
import { ageText, countText } from '../transfer/facts.js';
import { bad, badOf, type Finding, good, note } from './finding.js';

type Values = OptionValues<typeof placeOptions & typeof storeOptions>;

/** The findings about the store and the keys, and the check of one session in that store. */
export interface Keeping {
  /** The store, as it is without a key. Absent: there is none, or it cannot be read. */
  readonly store?: SessionStore;
  readonly findings: readonly Finding[];
  /** Checks the backups of a session. */
  readonly ofSession: (id: string, isLinked: boolean) => Promise<readonly Finding[]>;
}

/** Checks the keys and the store that the options name. Writes nothing and takes no lease. */
export async function checkKeeping(values: Values, { cwd }: Pick<Shell, 'cwd'>): Promise<Keeping> {
  const findings: Finding[] = [];
  let hasKeys = false;
  try {
    hasKeys = (await readKeys(values, cwd)) !== undefined;
    findings.push(
      hasKeys
        ? good('keys', 'the key can be read')
        : note('keys', 'no key was given: backups of new sessions are not encrypted'),
    );
  } catch (error) {
    findings.push(badOf('keys', error));
  }
  try {
    const heard: Finding[] = [];
    const warn = (warning: WakeyError) => void heard.push(badOf('kept', warning));
    const plain = await openPlainStore({ values, cwd, own, warn });
    if (plain === undefined) {
      findings.push(note('store', 'There are no backups (--store none): a lost profile means a lost login.'));
      return { findings, ofSession: async () => [] };
    }
    const kept = await plain.list({ timeout: LIST_WITHIN });
    findings.push(good('store', `store ${plain.name} can be read and holds ${countText(kept.length, 'session')}`));
    const isBroken = findings.some(({ is }) => is === 'bad');
    const opened = hasKeys && !isBroken ? await openStore({ values, cwd, own, warn: () => undefined }) : undefined;
    return { store: plain, findings, ofSession: (id, isLinked) => checkKept({ plain, opened, heard, id, isLinked }) };
  } catch (error) {
    findings.push(badOf('store', error));
    return { findings, ofSession: async () => [] };
  }
}

interface KeptFacts {
  readonly plain: SessionStore;
  /** The store that decrypts, if there is a key. */
  readonly opened: SessionStore | undefined;
  /** The warnings of the store since the last check. */
  readonly heard: Finding[];
  readonly id: string;
  readonly isLinked: boolean;
}

async function checkKept({ plain, opened, heard, id, isLinked }: KeptFacts): Promise<readonly Finding[]> {
  try {
    const generations: number[] = [];
    const inTheClear: number[] = [];
    for (let before: number | undefined; generations.length < MOST; ) {
      const bundle = await plain.read(id, { timeout: READ_WITHIN, ...(before === undefined ? {} : { before }) });
      if (bundle === undefined) break;
      if (!(await beginsWithAge(bundle.bytes))) inTheClear.push(bundle.generation);
      generations.push(bundle.generation);
      before = bundle.generation;
    }
    const [newest] = generations;
    if (newest === undefined) return [...once(heard), nothingKept(isLinked)];
    const isEncrypted = !inTheClear.includes(newest);
    const at =
      isEncrypted && opened === undefined
        ? undefined
        : (await (opened ?? plain).read(id, { timeout: READ_WITHIN }))?.metadata.createdAt;
    const since = Date.now() - Number(at);
    // A store may return any text there, also one that is not a time.
    const age = Number.isFinite(since) ? `, the newest ${ageText(since)}` : '';
    const kept = good(
      'kept',
      `kept: backup ${generations.join(' and ')}${age}, ${encryptionText(generations, inTheClear)}`,
    );
    return [...once(heard), kept, ...keyFinding(isEncrypted, opened !== undefined)];
  } catch (error) {
    const thrown = badOf('kept', error);
    // A store warns of a backup that it skips, and throws the same if no other backup is left.
    return [...once(heard).filter(({ what }) => what !== thrown.what), thrown];
  }
}

/** Removes the warnings from the list and returns each once: a store warns at every read of a backup. */
function once(heard: Finding[]): readonly Finding[] {
  return [...new Map(heard.splice(0).map((finding) => [finding.what, finding])).values()];
}

function encryptionText(generations: readonly number[], inTheClear: readonly number[]): string {
  if (inTheClear.length === 0) return 'encrypted';
  if (inTheClear.length === generations.length) return 'not encrypted';
  return `encrypted except backup ${inTheClear.join(' and ')}`;
}

/** How long a store may take, in ms. A read checks the whole bundle, possibly over a slow line. */
const LIST_WITHIN = 60_000;
const READ_WITHIN = 600_000;

/** How many backups of a session to read. */
const MOST = 3;

function nothingKept(isLinked: boolean): Finding {
  if (!isLinked) return good('kept', 'no backup (none needed: not linked)');
  return note('kept', 'It has no backup: if its profile is lost, it must be linked again.', 'Start it with a store.');
}

function keyFinding(isEncrypted: boolean, hasKey: boolean): readonly Finding[] {
  if (isEncrypted === hasKey) return [];
  if (isEncrypted)
    return [
      note(
        'kept-key',
        'The backups are encrypted, and doctor has no key to open them.',
        'Add --key-file to check the backups.',
      ),
    ];
  return [
    bad(
      'kept-key',
      'The newest backup is not encrypted, although this command has a key.',
      'Start and stop it once with the key.',
    ),
  ];
}

async function beginsWithAge(bytes: AsyncIterable<Uint8Array>): Promise<boolean> {
  for await (const chunk of bytes) return Buffer.from(chunk).subarray(0, 3).toString() === 'age';
  return false;
}
