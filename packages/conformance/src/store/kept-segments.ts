import assert from 'node:assert/strict';
import type { SessionStore, StoreSegments } from '@wakey/core';
import { streamOf } from './bundles.js';
import { onStore, type StoreSabotage } from './sabotage/sabotage.js';

/** The segments of a store that declares them. */
export function segmentsOf(store: SessionStore): StoreSegments {
  assert.ok(store.segments, 'segments is declared present, but is absent');
  return store.segments;
}

/** Appends text as segment `number` of a generation. */
export function append(
  store: SessionStore,
  text: string,
  place: { readonly id?: string; readonly generation: number; readonly number: number; readonly fence?: number },
): Promise<void> {
  const { id = 'main', fence = 1, ...at } = place;
  return segmentsOf(store).append(id, Buffer.from(text), { ...at, fence });
}

/** Writes a generation together with these segments; returns its number. */
export function writeWith(
  store: SessionStore,
  id: string,
  text: string,
  segments: readonly string[],
  fence = 1,
): Promise<number> {
  return store.write(id, streamOf(text), { fence, metadata: { text }, segments: listed(segments) });
}

/** Texts as segments. */
export async function* listed(texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

/** The texts of the segments of a generation, up to the first that cannot be read, and the error for that one. */
export async function readSegments(
  store: SessionStore,
  generation: number,
  { id = 'main', from = 1 } = {},
): Promise<{ readonly texts: readonly string[]; readonly error?: unknown }> {
  const texts: string[] = [];
  try {
    for await (const { number, bytes } of segmentsOf(store).read(id, generation, { from })) {
      assert.equal(number, from + texts.length, 'a segment has a wrong number');
      texts.push(Buffer.from(bytes).toString());
    }
  } catch (error) {
    return { texts, error };
  }
  return { texts };
}

/** The texts of all segments of a generation. Throws if one cannot be read. */
export async function textsOf(store: SessionStore, generation: number, id = 'main'): Promise<readonly string[]> {
  const { texts, error } = await readSegments(store, generation, { id });
  if (error !== undefined) throw error;
  return texts;
}

/** Changes some methods of the segments of every store over a place. */
export function onSegments(
  change: (segments: StoreSegments, store: SessionStore) => Partial<StoreSegments>,
): StoreSabotage {
  return onStore((store) => {
    const { segments } = store;
    return segments === undefined ? {} : { segments: { ...segments, ...change(segments, store) } };
  });
}
