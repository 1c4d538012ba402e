import { damaged } from './bundle-trouble.js';
import type { currentFormat } from './manifest.js';

/** A manifest of some format: only that is known of it. */
export type AnyManifest = Readonly<Record<string, unknown>> & { readonly format: number };

/** Makes a manifest of the next format out of one. What it cannot make sense of it leaves to the parser, which refuses it. */
export type Migration = (manifest: AnyManifest) => Readonly<Record<string, unknown>>;

/** Every format there has been. A new one is added here, at the end. */
type KnownFormat = 1;

/**
 * How a manifest of each older format becomes one of the next. There is none yet; once `currentFormat` grows, this does
 * not compile until the way there from the format before is written.
 */
export const migrations: { readonly [Format in Exclude<KnownFormat, typeof currentFormat>]: Migration } = {};

/** Brings a manifest to format `to`, step by step. */
export function migrated(
  manifest: AnyManifest,
  to: number,
  table: { readonly [format: number]: Migration },
): AnyManifest {
  let current = manifest;
  while (current.format < to) {
    const migrate = table[current.format];
    if (migrate === undefined) throw damaged(`there has been no format ${current.format}`);
    current = { ...migrate(current), format: current.format + 1 };
  }
  return current;
}
