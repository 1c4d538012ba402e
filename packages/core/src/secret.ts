/**
 * A value that must never appear in a log, an error or an event that did not ask for it (QR payloads, link codes, keys,
 * cookies, tokened URLs). Every way of printing it gives `[secret]`; only `reveal()` gives the value.
 */
export interface Secret<T = string> {
  /** Gives the value. Some secrets lapse (a QR code): after that it throws a WakeyError with code `expired`. */
  reveal(): T;
  toString(): string;
  toJSON(): string;
}

/** Wraps a value so that it prints as `[secret]` in strings, JSON and Node's inspection. */
export function secret<T>(value: T): Secret<T> {
  return sealed(() => value);
}

/** As `secret`, but asks `open` each time; `open` may throw once the value must no longer be handed out. */
export function sealed<T>(open: () => T): Secret<T> {
  const printed = () => PRINTED;
  const box = { reveal: open, toString: printed, toJSON: printed };
  Object.defineProperty(box, Symbol.for('nodejs.util.inspect.custom'), { value: printed });
  return Object.freeze(box);
}

const PRINTED = '[secret]';
