/** Reads one value of a report: returns the value in its bounds, or throws a `Refused`. */
export type Reader<T> = (value: unknown) => T;

/** A value is of another type than the probe writes. The error does not repeat the value, which may be a secret. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

/** `true` or `false`. */
export const flag: Reader<boolean> = (value) => (typeof value === 'boolean' ? value : refuse());

/** A finite number. */
export const number: Reader<number> = (value) =>
  typeof value === 'number' && Number.isFinite(value) ? value : refuse();

/** A finite number, moved into the bounds. */
export const within =
  (least: number, most: number): Reader<number> =>
  (value) =>
    Math.min(most, Math.max(least, number(value)));

/** A time that is left, in ms. No page means more than 30 days: a time that no `Date` can hold ends a program. */
export const time: Reader<number> = within(0, 30 * 86_400_000);

/** A time in ms since 1970, which a `Date` can hold: no page means one after the year 2100. */
export const date: Reader<number> = (value) => Math.round(within(0, 4_102_444_800_000)(value));

/** A text of the page. A text of another form counts as not said. */
export const text =
  (form: RegExp): Reader<string | undefined> =>
  (value) => {
    if (typeof value !== 'string') return refuse();
    return form.test(value) ? value : undefined;
  };

/** A name of the page's own: `CONFLICT`, `2.3000.1048032155`, `WAWebSocketModel.Socket+takeover`. */
export const name: Reader<string | undefined> = text(/^[\w.:+?=[\]"*> #-]{1,200}$/);

/** One of a few words. */
export const oneOf =
  <const Word extends string>(words: readonly Word[]): Reader<Word> =>
  (value) =>
    words.find((word) => word === value) ?? refuse();

/** A value, or none. */
export const optional =
  <T>(read: Reader<T>): Reader<T | undefined> =>
  (value) =>
    value === undefined ? undefined : read(value);

/** A value that a report cannot do without. */
export const required =
  <T>(read: Reader<T | undefined>): Reader<T> =>
  (value) =>
    read(value) ?? refuse();

/** A list, without the values that count as not said. Past `most` values the rest is left out. */
export const listOf =
  <T>(read: Reader<T | undefined>, most: number): Reader<readonly T[]> =>
  (value) =>
    Array.isArray(value) ? value.slice(0, most).flatMap((member) => read(member) ?? []) : refuse();

/** An object with these members, and with no other. A member that counts as not said is left out. */
export const object =
  <T extends object>(readers: Readers<T>): Reader<T> =>
  (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse();
    const entries = Object.entries<Reader<unknown>>(readers).map(([key, read]) => [key, read(memberOf(value, key))]);
    // The readers name every member of the type.
    return Object.fromEntries(entries.filter(([, member]) => member !== undefined)) as T;
  };

/** An object whose member `key` gives it its meaning: without that one the whole counts as not said. */
export const objectWith =
  <T extends object>(key: keyof T, readers: Readers<T>): Reader<T | undefined> =>
  (value) => {
    const found = object(readers)(value);
    return Object.hasOwn(found, key) ? found : undefined;
  };

type Readers<T> = { readonly [K in keyof T]-?: Reader<T[K] | undefined> };

/** A page's word may be the name of something that every object inherits. */
function memberOf(value: object, key: string): unknown {
  return Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
}

function refuse(): never {
  throw new Refused('A value is of another type than the probe writes.');
}
