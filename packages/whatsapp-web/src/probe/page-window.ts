/** The page's window, as far as the probe reads it. Whatever the page itself put there is unknown until looked at. */
export type PageWindow = Window & typeof globalThis & { readonly [name: string]: unknown };

/** A function of the page, bound to its owner. */
export type PageFunction = (...values: readonly unknown[]) => unknown;

/** An object of the page; its members are unknown until looked at. */
export type PageObject = Readonly<Record<string, unknown>>;

/** The value as an object of the page, or undefined. */
export function objectOf(value: unknown): PageObject | undefined {
  const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function';
  return isObject ? (value as PageObject) : undefined;
}

/** The value as a function, or undefined. */
export function functionOf(value: unknown): PageFunction | undefined {
  return typeof value === 'function' ? (value as PageFunction) : undefined;
}

/** The value as a text that is not empty, or undefined. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** What `read` gives, or undefined where the page throws: a part that throws is taken as one that is not there. */
export function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    // Whatever the page's own code throws while it boots; the next reading asks again.
    return undefined;
  }
}

/** Calls a member of an object of the page; undefined where there is none or it throws. */
export function ask(owner: PageObject | undefined, name: string): unknown {
  const member = functionOf(owner?.[name]);
  return member === undefined ? undefined : attempt(() => member.call(owner));
}
