import { isWakeyError, WakeyError } from '@wakey/core';
import { type CheckedKeys, checkKeys, type EncryptionKeys } from './keys.js';

/**
 * Encrypts a stream in the age format, 64 KiB at a time; the standard `age` tool opens it. Throws `invalid-argument` for
 * keys that are none. An error of `bytes` passes unchanged.
 */
export function encryptBytes(bytes: AsyncIterable<Uint8Array>, keys: EncryptionKeys): AsyncIterable<Uint8Array> {
  return sealedBytes(bytes, checkKeys(keys));
}

/**
 * Opens a stream in the age format. Each piece is proved before it is handed out; that all of them came is proved at the
 * end. Throws `wrong-key` when it is for another key, `bundle-damaged` when it is no age file, was changed or cut off, and
 * `invalid-argument` for keys that are none. An error of `bytes` passes unchanged.
 */
export function decryptBytes(bytes: AsyncIterable<Uint8Array>, keys: EncryptionKeys): AsyncIterable<Uint8Array> {
  return openedBytes(bytes, checkKeys(keys), {
    what: 'The encrypted file',
    damaged: (why, cause) =>
      new WakeyError('bundle-damaged', {
        what: `The encrypted file is damaged: ${why}.`,
        hint: 'Use another copy of it.',
        cause,
      }),
  });
}

/** What errors about encrypted bytes say. */
export interface Subject {
  /** Begins a sentence: `The stored session "main"`. */
  readonly what: string;
  /** Whether the keys are known to be those of it: that none fits is damage then. @default false */
  readonly isOurs?: boolean;
  readonly damaged: (why: string, cause: unknown) => WakeyError;
}

/**
 * As `encryptBytes`, with keys that are checked. Not a generator: one that waits for its source cannot be ended before the
 * source answers, and a source may hang.
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
          sealed.return().catch(() => undefined); // Comes when the source answers, if it does; nobody waits for it.
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

/** As `decryptBytes`, with keys that are checked and errors in the words of `subject`. */
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
    throw subject.damaged('it is not what was encrypted, or not all of it', error);
  } finally {
    source.letGo();
  }
}

/** An age file begins with this line; nothing that Wakey packs does. */
export const AGE_LINE = Buffer.from('age-encryption.org/v1\n');

function wrongKey(what: string, keys: CheckedKeys, kinds: readonly string[]): WakeyError {
  return new WakeyError('wrong-key', {
    what: `${what} is encrypted for ${wordsOf(kinds)}, and ${keys.refusal}.`,
    hint: 'Nothing was changed. Give the key or the passphrase that it was encrypted with.',
    details: { kinds: kinds.join(' ') },
  });
}

/** All that a header tells: the kinds of its keys. Whose they are, age does not say on purpose. */
export function wordsOf(kinds: readonly string[]): string {
  if (kinds.includes('scrypt')) return 'a passphrase';
  return kinds.length === 1 ? 'one key' : `${kinds.length} keys`;
}

/** A source as the library takes it. Nothing is read before it is asked for. */
interface Source {
  readonly stream: ReadableStream<Uint8Array>;
  /** What the source itself threw. */
  readonly failure: { readonly error: unknown } | undefined;
  /** Ends the source. Not waited for: one that hangs would hang here as well. */
  letGo(): void;
}

function readableOf(iterator: AsyncIterator<Uint8Array>): Source {
  let failure: Source['failure'];
  const letGo = () => void iterator.return?.().catch(() => undefined); // Its last words do not matter any more.
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
