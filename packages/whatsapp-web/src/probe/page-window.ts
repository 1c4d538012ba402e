/** The page's window. Properties that the page itself added are `unknown` until the probe checks them. */
export type PageWindow = Window & typeof globalThis & { readonly [name: string]: unknown };

/** A function of the page, bound to its owner. */
export type PageFunction = (...values: readonly unknown[]) => unknown;

/** An object of the page; its members are `unknown` until the probe checks them. */
export type PageObject = Readonly<Record<string, unknown>>;

/** Returns the value as an object of the page, or undefined. */
export function objectOf(value: unknown): PageObject | undefined {
  const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function';
  return isObject ? (value as PageObject) : undefined;
}

/** Returns the value as a function, or undefined. */
export function functionOf(value: unknown): PageFunction | undefined {
  return typeof value === 'function' ? (value as PageFunction) : undefined;
}

/** Returns the value as a non-empty text, or undefined. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Returns the result of `read`, or undefined if it throws: the probe treats a part that throws as missing. */
export function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    // The page's code may throw while it boots; the next reading tries again.
    return undefined;
  }
}

/** Calls a method of an object of the page; returns undefined if there is none or if it throws. */
export function ask(owner: PageObject | undefined, name: string): unknown {
  const member = functionOf(owner?.[name]);
  return member === undefined ? undefined : attempt(() => member.call(owner));
}
