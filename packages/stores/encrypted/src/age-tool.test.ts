import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { secret } from '@wakey/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decryptBytes, encryptBytes } from './age.js';
import { parseKeyFile } from './key-file.js';
import { collect, newKey, streamOf } from './testing/bytes.js';

/**
 * The set-up of `npm test` installs Debian's `age` if the user may do so; otherwise the run reports these tests as
 * skipped.
 */
const hasAge = spawnSync('age', ['--version']).status === 0;

describe.runIf(hasAge && process.platform === 'linux')('the standard age tool', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'wakey-age-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('opens a stream that we encrypted for two keys, with either of them', async () => {
    const [own, backup] = [await newKey(), await newKey()];
    const bytes = randomBytes(200_000);
    const sealed = await collect(
      encryptBytes(streamOf(bytes), { identities: [own.identity], recipients: [backup.recipient] }),
    );
    for (const [at, { text }] of [own, backup].entries()) {
      writeFileSync(join(folder, `${at}.key`), text);
      const opened = execFileSync('age', ['-d', '-i', join(folder, `${at}.key`)], { input: sealed });
      expect(opened.equals(bytes)).toBe(true);
    }
  });

  it('opens a stream that we encrypted with a passphrase', async () => {
    const passphrase = secret('six random words');
    writeFileSync(join(folder, 'a.age'), await collect(encryptBytes(streamOf('bytes'), { passphrase, workFactor: 8 })));
    // age reads passphrases only from a terminal: script(1) provides a terminal.
    const command = `age -d -o ${join(folder, 'a')} ${join(folder, 'a.age')}`;
    execFileSync('script', ['-qec', command, '/dev/null'], { input: `${passphrase.reveal()}\n`, stdio: 'pipe' });
    expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('bytes');
  });

  it('encrypts files that we open, with keys from age-keygen', async () => {
    execFileSync('age-keygen', ['-o', join(folder, 'key')], { stdio: 'pipe' });
    const text = readFileSync(join(folder, 'key'), 'utf8');
    const recipient = /age1\w+/.exec(text)?.[0] ?? '';
    const bytes = randomBytes(200_000);
    const sealed = execFileSync('age', ['-r', recipient], { input: bytes });
    const opened = await collect(decryptBytes(streamOf(sealed), { identities: parseKeyFile(text) }));
    expect(opened.equals(bytes)).toBe(true);
  });
});

it('opens a file that age 1.1.1 made with a passphrase', async () => {
  const sealed = Buffer.from(
    'YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IHNjcnlwdCBBQmNhcGRBdllZVzBhdTFEcHp1OHh3IDE4CmNqSzVuTVVPdWdqbnV6MC9TaG9vYWNmen' +
      'F6ZmRCUDRSd1hhR0R3RlV6VmcKLS0tIC9qTWFhWDA3RGxaRmNBRDJrY1dySDFYN1NYNTJmRS9NcTdQS2JzaXFHcEkKo8H1Bth8wepB9QlGxEGR' +
      'ZO8NBG5WkGPIIOGTQpwCVpXqhhHeEPRehZN6tWY=',
    'base64',
  );
  const opened = await collect(decryptBytes(streamOf(sealed), { passphrase: secret('six random words') }));
  expect(opened.toString()).toBe('kept by age\n');
});
