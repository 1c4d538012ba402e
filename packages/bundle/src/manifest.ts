import { type BrowserVersion, WakeyError } from '@wakey/core';
import { isLine, isNatural, isObject, isTime } from '@wakey/host';
import { damaged } from './bundle-trouble.js';
import { migrated, migrations } from './migrations.js';

/** The manifest of a bundle: its `wakey.json`, in the newest format. Times are in ms since 1970. */
export interface BundleManifest {
  readonly format: typeof currentFormat;
  /** A browser's profile, or the state that a driver without profiles exported. */
  readonly kind: 'profile' | 'snapshot';
  readonly createdAt: number;
  /** The browser that wrote the profile: an older browser must not open it. */
  readonly browser: BrowserVersion;
  /** The name of the driver that ran that browser. */
  readonly driver: string;
  /** The format of the profile, by the name of its `ProfileFormat`; absent in bundles of an older Wakey: `chromium`. */
  readonly profileFormat?: string;
  /** The account's own id, if it was known. */
  readonly me?: string;
  /** When the session was linked. */
  readonly linkedAt?: number;
  /** Scheme, host and port of the page that the login belongs to; absent in bundles of an older Wakey. */
  readonly origin?: string;
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
  browser: (value) => isObject(value) && isLine(value.product) && isLine(value.version),
  driver: isLine,
  profileFormat: (value) => value === undefined || isLine(value),
  me: (value) => value === undefined || isLine(value),
  linkedAt: (value) => value === undefined || isTime(value),
  origin: (value) => value === undefined || isLine(value),
  fence: isNatural,
};

function problemOf(manifest: Readonly<Record<string, unknown>>): string | undefined {
  const wrong = Object.entries(fields).find(([field, isValid]) => !isValid(manifest[field]));
  return wrong && `its field "${wrong[0]}" has an impossible value`;
}

function knownFields(manifest: object): readonly (readonly [string, unknown])[] {
  return Object.entries(manifest).filter(([field, value]) => Object.hasOwn(fields, field) && value !== undefined);
}
