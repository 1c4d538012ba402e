/** One row of the table: what the trouble does, which values it accepts, and its value when it is off. */
export interface Trouble<T> {
  readonly doc: string;
  readonly values: string;
  readonly off: T;
  /** Returns the value, or undefined if the trouble does not accept it. */
  readonly read: (value: unknown) => T | undefined;
}

/** A trouble that is on or off. */
export function flag(doc: string): Trouble<boolean> {
  return {
    doc,
    values: 'true or false',
    off: false,
    read: (value) => (typeof value === 'boolean' ? value : undefined),
  };
}

/** A trouble whose value is a whole number. */
export function whole(min: number, max: number, off: number, doc: string): Trouble<number> {
  const fits = (value: unknown): value is number =>
    Number.isInteger(value) && Number(value) >= min && Number(value) <= max;
  return {
    doc,
    values: `a whole number from ${min} to ${max}`,
    off,
    read: (value) => (fits(value) ? value : undefined),
  };
}

/** A trouble whose value is one of the given words. */
export function oneOf<const T extends string>(choices: readonly T[], off: NoInfer<T>, doc: string): Trouble<T> {
  return {
    doc,
    values: `one of ${choices.join(', ')}`,
    off,
    read: (value) => choices.find((choice) => choice === value),
  };
}

/** A trouble whose value is a list of names. */
export function names(doc: string): Trouble<readonly string[]> {
  const fits = (value: unknown): value is readonly string[] =>
    Array.isArray(value) && value.length <= 2_000 && value.every((name) => typeof name === 'string');
  return { doc, values: 'a list of names', off: [], read: (value) => (fits(value) ? [...value] : undefined) };
}

/** A trouble whose value is a short text. */
export function text(doc: string): Trouble<string> {
  const fits = (value: unknown): value is string => typeof value === 'string' && value.length <= 255;
  return {
    doc,
    values: 'a text of at most 255 characters',
    off: '',
    read: (value) => (fits(value) ? value : undefined),
  };
}
