import { isWakeyError, WakeyError } from '@wakey/core';
import { type CheckedKeys, checkKeys, type EncryptionKeys } from './keys.js';

/**
 * Encrypts a stream in the age format, 64 KiB at a time; the standard `age` tool opens the result. Throws
 * `invalid-argument` for invalid keys. An error of `bytes` passes unchanged.
 */
export function encryptBytes(bytes: AsyncIterable<Uint8Array>, keys: EncryptionKeys): AsyncIterable<Uint8Array> {
  return sealedBytes(bytes, checkKeys(keys));
}

/**
 * Decrypts a stream in the age format. It authenticates each piece before it returns the piece, and checks at the end
 * that no piece is missing. Throws `wrong-key` if the stream is encrypted for another key, `bundle-damaged` if the
 * stream is not an age file, was changed or was cut off, and `invalid-argument` for invalid keys. An error of `bytes`
 * passes unchanged.
 */
export function decryptBytes(bytes: AsyncIterable<Uint8Array>, keys: EncryptionKeys): AsyncIterable<Uint8Array> {
  return openedBytes(bytes, checkKeys(keys), {
    what: 'The encrypted file',
    damaged: (why, cause) =>
      new WakeyError('bundle-damaged', {
        what: `The encrypted file is damaged: ${why}.`,
        hint: 'Use another copy of the file.',
        cause,
      }),
  });
}

/** The words that errors about encrypted bytes use for those bytes. */
export interface Subject {
  /** The beginning of a sentence: `The backup of session "main"`. */
  readonly what: string;
  /**
   * Whether the keys have opened the label of these bytes. If none of them opens the bytes then, the bytes are damaged.
   * @default false
   */
  readonly isOurs?: boolean;
  readonly damaged: (why: string, cause: unknown) => WakeyError;
}

/**
 * Does the same as `encryptBytes`, with checked keys. This is not a generator: a generator that waits for its source
 * does not end before the source answers, and a source may hang.
 */
export function sealedBytes(bytes: AsyncIterable<Uint8Array>, keys: CheckedKeys): AsyncIterable<Uint8Array> {
  return {
    [Symbol.asyncIterator]() {
      const source = readableOf(bytes[Symbol.asyncIterator]());
      const sealed = sealing(source, keys);
      return {
        next: () => sealed.next(),
        async return() {
          source.letGo();
          sealed.return().catch(() => undefined); // Settles only when the source answers, so nothing waits for it.
          return { done: true, value: undefined };
        },
      };
    },
  };
}

async function* sealing(source: Source, keys: CheckedKeys): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    const encrypter = await keys.encrypter();
    yield* await encrypter.encrypt(source.stream);
  } finally {
    source.letGo();
  }
}

/** Does the same as `decryptBytes`, with checked keys and with errors in the words of `subject`. */
export async function* openedBytes(
  bytes: AsyncIterable<Uint8Array>,
  keys: CheckedKeys,
  subject: Subject,
): AsyncGenerator<Uint8Array, void, undefined> {
  const source = readableOf(bytes[Symbol.asyncIterator]());
  try {
    const decrypter = keys.decrypter((kinds) => wrongKey(subject.what, keys, kinds));
    yield* await decrypter.decrypt(source.stream);
  } catch (error) {
    if (source.failure !== undefined) throw source.failure.error;
    if (isWakeyError(error, 'wrong-key') && subject.isOurs !== true) throw error;
    throw subject.damaged('its bytes were changed or cut off after the encryption', error);
  } finally {
    source.letGo();
  }
}

/** The first line of every age file. No bundle begins with this line before its encryption. */
export const AGE_LINE = Buffer.from('age-encryption.org/v1\n');

function wrongKey(what: string, keys: CheckedKeys, kinds: readonly string[]): WakeyError {
  return new WakeyError('wrong-key', {
    what: `${what} is encrypted for ${wordsOf(kinds)}, and ${keys.refusal}.`,
    hint: 'Nothing was changed. Use the key or the passphrase that encrypted this data.',
    details: { kinds: kinds.join(' ') },
  });
}

/**
 * The keys of an age file in words, from the kinds in its header. The age format does not say on purpose whose keys
 * they are.
 */
export function wordsOf(kinds: readonly string[]): string {
  if (kinds.includes('scrypt')) return 'a passphrase';
  return kinds.length === 1 ? 'one key' : `${kinds.length} keys`;
}

/** A source of bytes as a stream for the age library. It reads nothing before the library asks for bytes. */
interface Source {
  readonly stream: ReadableStream<Uint8Array>;
  /** The error that the source itself threw. */
  readonly failure: { readonly error: unknown } | undefined;
  /** Ends the source without waiting for it: a source that hangs would hang this call too. */
  letGo(): void;
}

function readableOf(iterator: AsyncIterator<Uint8Array>): Source {
  let failure: Source['failure'];
  const letGo = () => void iterator.return?.().catch(() => undefined); // The caller needs no more bytes, so an error of the source does not matter.
  const stream = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const next = await iterator.next();
          if (next.done === true) controller.close();
          else controller.enqueue(next.value);
        } catch (error) {
          failure = { error };
          throw error;
        }
      },
      cancel: letGo,
    },
    { highWaterMark: 0 },
  );
  return {
    stream,
    get failure() {
      return failure;
    },
    letGo,
  };
}
