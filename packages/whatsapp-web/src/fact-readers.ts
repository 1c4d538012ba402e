/** Reads one value of a report: returns the value within its bounds, or throws a `Refused`. */
export type Reader<T> = (value: unknown) => T;

/**
 * Thrown if a value has another type than the probe writes. The message does not repeat the value, which may be a
 * secret.
 */
export class Refused extends Error {
  override readonly name = 'Refused';
}

/** `true` or `false`. */
export const flag: Reader<boolean> = (value) => (typeof value === 'boolean' ? value : refuse());

/** A finite number. */
export const number: Reader<number> = (value) =>
  typeof value === 'number' && Number.isFinite(value) ? value : refuse();

/** A finite number. A number outside the bounds becomes the nearest bound. */
export const within =
  (least: number, most: number): Reader<number> =>
  (value) =>
    Math.min(most, Math.max(least, number(value)));

/**
 * Remaining time, in ms. It ends at 30 days, which no page exceeds, because a program crashes on a time that `Date`
 * cannot hold.
 */
export const time: Reader<number> = within(0, 30 * 86_400_000);

/** Time in ms since 1970. It ends at the year 2100, which no page exceeds, so that a `Date` can hold it. */
export const date: Reader<number> = (value) => Math.round(within(0, 4_102_444_800_000)(value));

/** A text of the page. A text that does not match `form` reads as undefined. */
export const text =
  (form: RegExp): Reader<string | undefined> =>
  (value) => {
    if (typeof value !== 'string') return refuse();
    return form.test(value) ? value : undefined;
  };

/** A name that the page uses, such as `CONFLICT`, `2.3000.1048032155` or `WAWebSocketModel.Socket+takeover`. */
export const name: Reader<string | undefined> = text(/^[\w.:+?=[\]"*> #-]{1,200}$/);

/** One of the given words. */
export const oneOf =
  <const Word extends string>(words: readonly Word[]): Reader<Word> =>
  (value) =>
    words.find((word) => word === value) ?? refuse();

/** A value that may be absent. */
export const optional =
  <T>(read: Reader<T>): Reader<T | undefined> =>
  (value) =>
    value === undefined ? undefined : read(value);

/** A value that every report must have. */
export const required =
  <T>(read: Reader<T | undefined>): Reader<T> =>
  (value) =>
    read(value) ?? refuse();

/** A list without the members that read as undefined. Members after the first `most` are dropped. */
export const listOf =
  <T>(read: Reader<T | undefined>, most: number): Reader<readonly T[]> =>
  (value) =>
    Array.isArray(value) ? value.slice(0, most).flatMap((member) => read(member) ?? []) : refuse();

/** An object with these members and no others. A member that reads as undefined is dropped. */
export const object =
  <T extends object>(readers: Readers<T>): Reader<T> =>
  (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse();
    const entries = Object.entries<Reader<unknown>>(readers).map(([key, read]) => [key, read(memberOf(value, key))]);
    // The type `Readers` requires a reader for every member of T.
    return Object.fromEntries(entries.filter(([, member]) => member !== undefined)) as T;
  };

/** An object that has no meaning without its member `key`: if that member reads as undefined, so does the object. */
export const objectWith =
  <T extends object>(key: keyof T, readers: Readers<T>): Reader<T | undefined> =>
  (value) => {
    const found = object(readers)(value);
    return Object.hasOwn(found, key) ? found : undefined;
  };

type Readers<T> = { readonly [K in keyof T]-?: Reader<T[K] | undefined> };

/**
 * Returns an own member only, because a page may send the name of a member that every object inherits, such as
 * `constructor`.
 */
function memberOf(value: object, key: string): unknown {
  return Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
}

function refuse(): never {
  throw new Refused('A value of the report has another type than the probe writes.');
}
