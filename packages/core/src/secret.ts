/**
 * A value that must never appear as text in a log, an error or an event (QR payloads, link codes, keys, cookies, URLs with
 * tokens). Every way to print it yields `[secret]`; only `reveal()` returns the value.
 */
export interface Secret<T = string> {
  /** Returns the value. Some secrets expire, such as a QR code: then it throws a WakeyError with code `expired`. */
  reveal(): T;
  toString(): string;
  toJSON(): string;
}

/** Wraps a value so that it prints as `[secret]` in strings, JSON and Node's inspection. */
export function secret<T>(value: T): Secret<T> {
  return sealed(() => value);
}

/** As `secret`, but `reveal()` calls `open` each time; `open` may throw once the value must not be revealed any more. */
export function sealed<T>(open: () => T): Secret<T> {
  const printed = () => PRINTED;
  const box = { reveal: open, toString: printed, toJSON: printed };
  Object.defineProperty(box, Symbol.for('nodejs.util.inspect.custom'), { value: printed });
  return Object.freeze(box);
}

const PRINTED = '[secret]';
