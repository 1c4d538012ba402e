import { damaged } from './bundle-trouble.js';
import type { currentFormat } from './manifest.js';

/** A manifest of any format, of which only the format is known. */
export type AnyManifest = Readonly<Record<string, unknown>> & { readonly format: number };

/**
 * Turns a manifest into one of the next format. It passes on values that it does not understand, and the parser refuses
 * them.
 */
export type Migration = (manifest: AnyManifest) => Readonly<Record<string, unknown>>;

/** Every format so far. Add a new format at the end. */
type KnownFormat = 1;

/**
 * The migration from each older format to the next. No older format exists yet; once `currentFormat` grows, this does
 * not compile until the migration from the previous format is written.
 */
export const migrations: { readonly [Format in Exclude<KnownFormat, typeof currentFormat>]: Migration } = {};

/** Migrates a manifest to format `to`, step by step. */
export function migrated(
  manifest: AnyManifest,
  to: number,
  table: { readonly [format: number]: Migration },
): AnyManifest {
  let current = manifest;
  while (current.format < to) {
    const migrate = table[current.format];
    if (migrate === undefined) throw damaged(`format ${current.format} never existed`);
    current = { ...migrate(current), format: current.format + 1 };
  }
  return current;
}
