import { escaped } from '@wakey/core';

/*
 * Checks of values from files that other programs can write: session.json, holder.json, wakey.json. Wakey prints all of
 * these values sooner or later.
 */

/** A number of ms since 1970 that a Date can hold: printing any other number would throw. */
export function isTime(value: unknown): value is number {
  return isNatural(value) && value <= 8.64e15;
}

/** A whole number, 0 or greater. */
export function isNatural(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** One line of text with 1 to `most` characters, none of which controls a terminal. */
export function isLine(value: unknown, most = 1_024): value is string {
  if (typeof value !== 'string' || value === '' || value.length > most) return false;
  return !value.includes('\n') && escaped(value) === value;
}

/** A path that the operating system accepts: 1 to 4,096 characters, none of them NUL. */
export function isPath(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= 4_096 && !value.includes('\0');
}

/** An object that is not an array. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Returns the value of a JSON text; `undefined` if the text is not JSON. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
