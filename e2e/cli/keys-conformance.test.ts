import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type StoreUnderTest, storeClauses } from '@wakey/conformance';
import { encryptedStore, generateKey } from '@wakey/store-encrypted';
import { filesystemStore } from '@wakey/store-filesystem';
import { describe, it } from 'vitest';
import { makeFolder } from '../support/folder.ts';

const { identity } = await generateKey(0);
const absent = (reason: string) => ({ supported: false, reason }) as const;
const elsewhere = absent('the tests of the encrypted store in memory and of store-filesystem cover this');

/** The store that `wakey start --key-file` uses. */
const store: StoreUnderTest = {
  capabilities: {
    streaming: { supported: true },
    quarantine: { supported: true },
    segments: { supported: true },
    damage: { supported: true },
    damageSegment: elsewhere,
    fill: elsewhere,
    protect: elsewhere,
    disconnect: elsewhere,
    faultAt: elsewhere,
    passTime: absent('a lease lasts as long as its process'),
    startOwner: elsewhere,
  },
  async place() {
    const { path: directory, remove } = await makeFolder();
    return {
      open: () => encryptedStore({ store: filesystemStore({ directory }), identities: [identity] }),
      remove,
      async damage(id, generation) {
        const file = join(directory, id, 'bundles', `${generation}.bundle`);
        const bytes = await readFile(file);
        bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
        await writeFile(file, bytes);
      },
    };
  },
};

describe('an encrypted store over a store in a directory', () => {
  it.each(storeClauses.map((clause) => [clause.name, clause] as const))('%s', (_, { check }) => check(store));
});
