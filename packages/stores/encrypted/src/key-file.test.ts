import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { generateKey, parseKeyFile } from './key-file.js';
import { recipientOf } from './keys.js';
import { newKey } from './testing/bytes.js';

describe('a key file', () => {
  it('holds a new key, the time of its creation, and its public half', async () => {
    const { file, identity, recipient } = await generateKey(1_795_000_000_000);
    expect(file.reveal()).toBe(
      `# created: 2026-11-18T11:06:40.000Z\n# public key: ${recipient}\n${identity.reveal()}\n`,
    );
    expect(await recipientOf(identity)).toBe(recipient);
    expect(inspect({ file, identity })).not.toContain('AGE-SECRET-KEY');
  });

  it('may hold several keys, comments, empty lines, and the line ends of Windows', async () => {
    const [one, two] = [await newKey(), await newKey()];
    const keys = parseKeyFile(`${one.text}\r\n\r\n# the old one\r\n  ${two.identity.reveal()}  `);
    expect(keys.map((key) => key.reveal())).toEqual([one.identity.reveal(), two.identity.reveal()]);
  });

  it.each([
    ['', 'There is no key'],
    ['# nothing but words\n', 'There is no key'],
    ['# a comment\nhunter2\n', 'Line 2 of the key file is not a key'],
    ['AGE-SECRET-KEY-PQ-1HUNTER2', 'Line 1 of the key file is not a key'],
    ['age-encryption.org/v1\n-> scrypt hunter2', 'is encrypted itself'],
    ['-----BEGIN AGE ENCRYPTED FILE-----\nhunter2', 'is encrypted itself'],
  ])(
    'that is invalid is refused with the number of its wrong line, and the error does not quote that line: %j',
    (text, words) => {
      const thrown = (() => {
        try {
          return parseKeyFile(text);
        } catch (error) {
          return error;
        }
      })();
      expect(thrown).toMatchObject({ code: 'invalid-argument', message: expect.stringContaining(words) });
      expect(inspect(thrown, { depth: 9 })).not.toMatch(/hunter2/i);
    },
  );
});
