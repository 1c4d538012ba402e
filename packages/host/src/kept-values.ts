import { escaped } from '@wakey/core';

/*
 * What a value may be that is read from a file which others can have written: session.json, holder.json, wakey.json. All of
 * them are printed sooner or later.
 */

/** A number of ms since 1970 that a Date can hold: any other number ends the program that prints it. */
export function isTime(value: unknown): value is number {
  return isNatural(value) && value <= 8.64e15;
}

/** A whole number, 0 or greater. */
export function isNatural(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** One line of text, 1 to `most` characters, without one that steers a terminal. */
export function isLine(value: unknown, most = 1_024): value is string {
  if (typeof value !== 'string' || value === '' || value.length > most) return false;
  return !value.includes('\n') && escaped(value) === value;
}

/** A path, such as the operating system takes: anything but a NUL, up to 4,096 bytes. */
export function isPath(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= 4_096 && !value.includes('\0');
}

/** An object, no list. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value that a text of JSON holds; `undefined` where the text is no JSON. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
