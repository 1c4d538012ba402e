import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { UsageError, unreadable } from '@wakey/config';
import { WakeyError } from '@wakey/core';
import type { EncryptionKeys } from '@wakey/store-encrypted';
import type { Shell } from '../shell.js';

/** A bundle from a file or from a pipe. */
export interface BundleSource {
  readonly isEncrypted: boolean;
  /** The bytes of the bundle, decrypted if they were encrypted. */
  readonly bytes: AsyncIterable<Uint8Array>;
}

/**
 * Opens an exported file, or the input for `-`, and finds out by its first bytes whether it is encrypted. Throws a UsageError
 * for any other file, and `wrong-key` if the file is encrypted and there is no key.
 */
export async function openBundleFile(
  name: string,
  keys: EncryptionKeys | undefined,
  { cwd, input }: Pick<Shell, 'cwd' | 'input'>,
): Promise<BundleSource> {
  const path = name === '-' ? 'What came from stdin' : resolve(cwd, name);
  const source: AsyncIterable<Uint8Array> = name === '-' ? input : await readable(path);
  const { first, all, close } = await peeked(telling(path, source));
  const kind = kinds.find(({ begins }) => first.subarray(0, begins.length).equals(begins));
  if (kind?.is === 'plain') return { isEncrypted: false, bytes: all };
  if (kind?.is !== 'encrypted') {
    await close();
    throw new UsageError(
      `${path} is no exported session: ${first.length === 0 ? 'it is empty' : (kind?.hint ?? UNKNOWN)}`,
    );
  }
  if (keys !== undefined) {
    const { decryptBytes } = await import('@wakey/store-encrypted');
    return { isEncrypted: true, bytes: decryptBytes(all, keys) };
  }
  await close();
  throw keyMissing(path);
}

const UNKNOWN = 'the file is neither an age file nor a zstd file. Name the file that wakey export wrote.';

const kinds: readonly {
  readonly begins: Buffer;
  readonly is: 'encrypted' | 'plain' | 'foreign';
  readonly hint?: string;
}[] = [
  { begins: Buffer.from('age-encryption.org/v1\n'), is: 'encrypted' },
  { begins: Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), is: 'plain' },
  {
    begins: Buffer.from('-----BEGIN AGE ENCRYPTED FILE-----'),
    is: 'foreign',
    hint: 'it is in the text form of age. Open it first: age -d file | wakey import -',
  },
  {
    begins: Buffer.from('PK'),
    is: 'foreign',
    hint: 'it is a zip file. For a session of whatsapp-web.js unpack it into a directory, then: wakey migrate <directory>',
  },
];

async function readable(path: string): Promise<AsyncIterable<Uint8Array>> {
  // Look first: a stream reports late that its path is a directory.
  const found = await stat(path).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  if (found.isDirectory()) {
    throw new UsageError(`${path} is a directory. For a browser's profile: wakey migrate ${path}`);
  }
  return createReadStream(path);
}

/** Returns the first bytes, which show the kind of the file, and all bytes from the first one on. */
async function peeked(bytes: AsyncIterable<Uint8Array>) {
  const iterator = bytes[Symbol.asyncIterator]();
  let first: Buffer = Buffer.alloc(0);
  while (first.length < LONGEST) {
    const next = await iterator.next();
    if (next.done === true) break;
    first = Buffer.concat([first, next.value]);
  }
  const all = async function* (): AsyncGenerator<Uint8Array> {
    try {
      yield first;
      yield* { [Symbol.asyncIterator]: () => iterator };
    } finally {
      await iterator.return?.();
    }
  };
  return { first, all: all(), close: async () => void (await iterator.return?.()) };
}

const LONGEST = Math.max(...kinds.map(({ begins }) => begins.length));

async function* telling(path: string, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* bytes;
  } catch (error) {
    throw unreadable(path, error);
  }
}

function keyMissing(path: string): WakeyError {
  return new WakeyError('wrong-key', {
    what: `${path} is encrypted, and Wakey has no key to open it.`,
    hint: 'Name the key of the exported file with --key-file or --passphrase-file. Nothing was changed.',
  });
}
