import { WakeyError } from '@wakey/core';
import { isNatural, isObject, isTime } from '@wakey/host';
import { damaged } from './bundle-trouble.js';
import { type LoginFacts, loginChecks } from './login-facts.js';
import { migrated, migrations } from './migrations.js';

/** The manifest of a bundle: its `wakey.json`, in the newest format. Times are in ms since 1970. */
export interface BundleManifest extends LoginFacts {
  readonly format: typeof currentFormat;
  /** A browser's profile, or the state that a driver without profiles exported. */
  readonly kind: 'profile' | 'snapshot';
  readonly createdAt: number;
  /** The fence of the lease under which the bundle was written. */
  readonly fence: number;
}

/** The format that Wakey writes. Wakey reads every older format as well. */
export const currentFormat = 1;

/**
 * The text of `wakey.json`, which announces a seal. Throws `invalid-argument` for a manifest that Wakey could not read
 * back.
 */
export function manifestText(manifest: BundleManifest): string {
  const problem = problemOf({ ...manifest });
  if (problem !== undefined) {
    throw new WakeyError('invalid-argument', {
      what: `The manifest of a bundle is wrong: ${problem}.`,
      hint: 'Give every field a value of its type.',
    });
  }
  return `${JSON.stringify({ ...Object.fromEntries(knownFields(manifest)), sealed: true }, null, 2)}\n`;
}

/** The content of `wakey.json`: the manifest, and whether its bundle must have a seal. */
export interface ReadManifest {
  readonly manifest: BundleManifest;
  readonly isSealed: boolean;
}

/**
 * Parses `wakey.json` in this format or an older one. Throws `bundle-unsupported` for a newer format and
 * `bundle-damaged` for anything else. Ignores unknown fields.
 */
export function parseManifest(text: string): ReadManifest {
  const value = parsedJson(text);
  if (!isObject(value)) throw damaged('its wakey.json is not an object');
  if (!isNatural(value.format) || value.format === 0) throw damaged('its wakey.json names no format');
  if (value.format > currentFormat) throw newer(value.format);
  const manifest = migrated({ ...value, format: value.format }, currentFormat, migrations);
  const problem = problemOf(manifest);
  if (problem !== undefined) throw damaged(`its wakey.json is wrong: ${problem}`);
  // The table of fields has checked every field.
  const known = Object.fromEntries(knownFields(manifest)) as unknown as BundleManifest;
  return { manifest: known, isSealed: manifest.sealed === true };
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Leave out the cause on purpose: its message quotes the file, which names an account.
    throw damaged('its wakey.json is not JSON');
  }
}

function newer(format: number): WakeyError {
  return new WakeyError('bundle-unsupported', {
    what: `This bundle has format ${format}; this Wakey reads formats up to ${currentFormat}.`,
    hint: 'A newer Wakey wrote the bundle: update Wakey, then try again.',
    details: { format, supported: currentFormat },
  });
}

/**
 * Every field of a manifest with the check of its value. A field that is added to the type but not here does not
 * compile.
 */
const fields: { readonly [Field in keyof Required<BundleManifest>]: (value: unknown) => boolean } = {
  format: (value) => value === currentFormat,
  kind: (value) => value === 'profile' || value === 'snapshot',
  createdAt: isTime,
  driver: loginChecks.driver,
  browser: loginChecks.browser,
  profileFormat: ifPresent(loginChecks.profileFormat),
  me: ifPresent(loginChecks.me),
  linkedAt: ifPresent(loginChecks.linkedAt),
  origin: ifPresent(loginChecks.origin),
  fence: isNatural,
};

function ifPresent(isValid: (value: unknown) => boolean): (value: unknown) => boolean {
  return (value) => value === undefined || isValid(value);
}

function problemOf(manifest: Readonly<Record<string, unknown>>): string | undefined {
  const wrong = Object.entries(fields).find(([field, isValid]) => !isValid(manifest[field]));
  return wrong && `its field "${wrong[0]}" has an impossible value`;
}

function knownFields(manifest: object): readonly (readonly [string, unknown])[] {
  return Object.entries(manifest).filter(([field, value]) => Object.hasOwn(fields, field) && value !== undefined);
}
