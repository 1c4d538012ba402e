import assert from 'node:assert/strict';
import { isWakeyError, type LeaseHolder, type SessionStore, type StoredBundle } from '@wakey/core';

/** A holder of leases for the clauses, with this name of its program. */
export function holderNamed(program: string): LeaseHolder {
  return { host: 'a-host', pid: 4711, since: 1_795_000_000_000, program };
}

/** Text, or bytes, in small pieces. */
export async function* streamOf(content: string | Uint8Array, piece = 7): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(content);
  for (let at = 0; at < bytes.length; at += piece) yield Uint8Array.from(bytes.subarray(at, at + piece));
}

/** Writes text as the next generation; returns its number. */
export function write(store: SessionStore, id: string, text: string, fence = 1): Promise<number> {
  return store.write(id, streamOf(text), { fence, metadata: { text } });
}

/** All bytes of a bundle. */
export async function bytesOf(bundle: StoredBundle): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of bundle.bytes) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** All bytes of a bundle as text; `undefined` if there is no bundle. */
export async function textOf(bundle: StoredBundle | undefined): Promise<string | undefined> {
  return bundle === undefined ? undefined : (await bytesOf(bundle)).toString();
}

/** The newest text of a session. */
export async function newest(store: SessionStore, id: string): Promise<string | undefined> {
  return textOf(await store.read(id));
}

/**
 * Fails unless the bundle is exactly one of these texts, with the metadata that `write` gave it; returns which text.
 */
export async function oneOf(bundle: StoredBundle | undefined, texts: readonly string[]): Promise<string> {
  assert.ok(bundle !== undefined, 'there is no bundle, although one was written');
  const text = await textOf(bundle);
  assert.ok(
    text !== undefined && texts.includes(text),
    `the text of the bundle is none of those that were written: ${text?.slice(0, 40)}`,
  );
  assert.equal(bundle.metadata.text, text, 'the metadata belong to other bytes');
  return text;
}

/** A source that stops half-way until the test lets it go on. */
export interface HeldSource {
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Resolves when the store has asked for the second half. */
  readonly atHalf: Promise<void>;
  goOn(): void;
}

/** A source of the text that holds back its second half. */
export function heldSource(text: string): HeldSource {
  const half = Promise.withResolvers<void>();
  const rest = Promise.withResolvers<void>();
  async function* bytes(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(text.slice(0, text.length / 2));
    half.resolve();
    await rest.promise;
    yield Buffer.from(text.slice(text.length / 2));
  }
  return { bytes: bytes(), atHalf: half.promise, goOn: rest.resolve };
}

/** Whether a call on a faulty store succeeded. If it failed, its error must be a WakeyError. */
export function hasSucceeded(call: Promise<unknown>): Promise<boolean> {
  return call.then(
    () => true,
    (error: unknown) => {
      assert.ok(isWakeyError(error), `rejected with ${String(error)}, which is not a WakeyError`);
      return false;
    },
  );
}
