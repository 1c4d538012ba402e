import { isMetadata, isWakeyError } from '@wakey/core';
import { armor } from 'age-encryption';
import { openedBytes, type Subject, sealedBytes } from './age.js';
import type { CheckedKeys } from './keys.js';

/** The metadata of a bundle, which a store keeps beside the bytes. */
export type Metadata = Readonly<Record<string, string>>;

/** The encrypted form of a label, which a store keeps as metadata: one age file in its text form, under one name. */
export interface SealedLabel {
  readonly age: string;
}

/** The content of a sealed label. */
export interface Label {
  readonly metadata: Metadata;
  /** The public keys for which the bundle is encrypted; empty with a passphrase. */
  readonly recipients: readonly string[];
  /** The key of the segments of the generation, in base64. Absent: an older Wakey wrote it, or its store has no segments. */
  readonly segmentKey?: string;
}

/** Encrypts a whole label, because its metadata may hold a phone number. */
export async function sealLabel(label: Label, keys: CheckedKeys): Promise<Metadata> {
  const sealed = await collected(sealedBytes(once(Buffer.from(JSON.stringify(label))), keys));
  return { age: armor.encode(sealed) } satisfies SealedLabel;
}

/** Whether metadata is a sealed label. */
export function isSealed(metadata: Metadata): metadata is Metadata & SealedLabel {
  return metadata.age?.startsWith('-----BEGIN AGE ENCRYPTED FILE-----') === true && Object.keys(metadata).length === 1;
}

/** Decrypts a sealed label. Throws `wrong-key`, and for a damaged label the error of `subject`. */
export async function openLabel({ age }: SealedLabel, keys: CheckedKeys, subject: Subject): Promise<Label> {
  try {
    const text = await collected(openedBytes(once(armor.decode(age)), keys, subject));
    const label: unknown = JSON.parse(text.toString());
    if (isLabel(label)) return label;
  } catch (error) {
    if (isWakeyError(error)) throw error;
    throw subject.damaged('its label cannot be read', error);
  }
  throw subject.damaged('its label does not describe a bundle', undefined);
}

function isLabel(value: unknown): value is Label {
  if (!isObject(value) || !isMetadata(value.metadata) || !Array.isArray(value.recipients)) return false;
  return value.segmentKey === undefined || typeof value.segmentKey === 'string';
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function collected(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks);
}
