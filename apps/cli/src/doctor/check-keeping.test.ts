import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encryptedStore, parseKeyFile } from '@wakey/store-encrypted';
import { filesystemStore } from '@wakey/store-filesystem';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { run } from '../testing/run.js';
import { checkKeeping } from './check-keeping.js';

let cwd = '';
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'wakey-doctor-'));
});
afterEach(() => rmSync(cwd, { recursive: true }));

const plain = () => filesystemStore({ directory: join(cwd, '.wakey-sessions') });
const write = { fence: 1, metadata: { kind: 'profile', createdAt: '0' } };

async function* bytes(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('the login');
}

/** The findings about the backups of "main". */
async function check(keyFile?: string) {
  const none = { key: undefined, passphrase: undefined, passphraseFile: undefined, recipient: [] };
  const values = { ...none, keyFile, sessionsDir: '.wakey-sessions', store: 'filesystem', liveProfile: 'auto' };
  return (await checkKeeping(values, { cwd })).ofSession('main', true);
}

describe('the check of the backups', () => {
  it('reports a damaged backup once, however often the store warns of it', async () => {
    await plain().write('main', bytes(), write);
    await plain().write('main', bytes(), write);
    writeFileSync(join(cwd, '.wakey-sessions/main/bundles/2.bundle'), 'the log1n');
    expect((await check()).map(({ is }) => is)).toEqual(['bad', 'good']);
  });

  it('does not call the backups encrypted while one of them is not', async () => {
    await run(cwd, ['keys', 'generate', '--key-file', 'wakey.key']);
    const identities = parseKeyFile(readFileSync(join(cwd, 'wakey.key'), 'utf8'));
    const encrypted = encryptedStore({ store: plain(), identities });
    await plain().write('main', bytes(), write);
    await encrypted.write('main', bytes(), write);
    expect((await check('wakey.key')).at(0)?.what).toMatch(/encrypted except backup 1$/);
    await encrypted.write('main', bytes(), write);
    expect((await check('wakey.key')).at(0)?.what).toMatch(/3 and 2, the newest .*, encrypted$/);
  });
});
