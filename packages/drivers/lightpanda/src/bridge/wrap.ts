/**
 * Replaces the method `name` of `target`. `make` gets the method that was there and returns a function that gets `this` and the
 * arguments. The new method has the name, the length and the text of the old one. Does nothing if there is no such method. Runs in
 * the page.
 */
export function wrapMethod<T extends object, K extends keyof T & string>(
  target: T | undefined,
  name: K,
  // The arguments belong to the page, which may pass anything.
  make: (native: (self: unknown, ...given: unknown[]) => unknown) => (self: unknown, ...given: unknown[]) => unknown,
): void {
  const old = target?.[name];
  if (target === undefined || typeof old !== 'function') return;
  const made = make((self, ...given) => Reflect.apply(old, self, given));
  const value = new Proxy(old, { apply: (_, self, given) => made(self, ...given) });
  Object.defineProperty(target, name, { value, configurable: true, enumerable: true, writable: true });
}

/** Replaces what a getter returns. Does nothing if there is no such getter. */
export function wrapGetter<T extends object, K extends keyof T & string>(
  target: T | undefined,
  name: K,
  make: (native: (self: unknown) => unknown) => (self: unknown) => unknown,
): void {
  const found = target === undefined ? undefined : Object.getOwnPropertyDescriptor(target, name);
  const old = found?.get;
  if (target === undefined || old === undefined) return;
  const made = make((self) => Reflect.apply(old, self, []));
  Object.defineProperty(target, name, { ...found, get: new Proxy(old, { apply: (_, self) => made(self) }) });
}

/** Replaces what a setter does. Does nothing if there is no such setter. */
export function wrapSetter<T extends object, K extends keyof T & string>(
  target: T | undefined,
  name: K,
  make: (native: (self: unknown, value: unknown) => void) => (self: unknown, value: unknown) => void,
): void {
  const found = target === undefined ? undefined : Object.getOwnPropertyDescriptor(target, name);
  const old = found?.set;
  if (target === undefined || old === undefined) return;
  const made = make((self, value) => Reflect.apply(old, self, [value]));
  const apply = (_: (value: never) => void, self: unknown, [value]: unknown[]) => made(self, value);
  Object.defineProperty(target, name, { ...found, set: new Proxy(old, { apply }) });
}
