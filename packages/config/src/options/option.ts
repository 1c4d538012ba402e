import { type Secret, secret } from '@wakey/core';
import { readDuration, readPeriod } from './duration.js';
import { WrongValue } from './wrong-value.js';

/** One option. Its flag, its variable, its default and its documentation come from this row. */
export interface Option<T> {
  /** Without dashes: `max-qr`. */
  readonly flag: string;
  readonly short?: string;
  /** The value in the help, such as `<count>`; a switch has none. */
  readonly value?: string;
  /** Whether the option can be given several times. Its variable then holds values separated by spaces. */
  readonly isList?: boolean;
  /** Whether only its variable can give it. */
  readonly isSecret?: boolean;
  readonly doc: string;
  readonly fallback: T;
  /** The default in the help. Absent: the help shows none. */
  readonly shown?: string;
  /** Throws a WrongValue. */
  readonly read: (texts: readonly string[]) => T;
}

/** Options by their names: each name is the flag in camel case. */
export type OptionTable = Readonly<Record<string, Option<unknown>>>;

/** The values of a table of options. */
export type OptionValues<O extends OptionTable> = {
  readonly [K in keyof O]: O[K] extends Option<infer T> ? T : never;
};

/** The fields of every row. */
interface Row {
  readonly flag: string;
  readonly short?: string;
  readonly doc: string;
}

/** On or off. */
export function flag(row: Row): Option<boolean> {
  return {
    ...row,
    fallback: false,
    read: ([text = '']) => {
      if (/^(1|true|yes|on)$/i.test(text)) return true;
      if (/^(0|false|no|off)$/i.test(text)) return false;
      throw new WrongValue('Use 1 or 0.');
    },
  };
}

/** A text. `check` throws a WrongValue to refuse it. */
export function text<F extends string | undefined>(
  row: Row & { readonly value: string; readonly fallback: F; readonly shown?: string },
  check: (text: string) => string = nonEmpty,
): Option<string | F> {
  const { shown = row.fallback } = row;
  return { ...row, ...(shown === undefined ? {} : { shown }), read: ([text = '']) => check(text) };
}

/** Several texts. */
export function texts(row: Row & { readonly value: string }): Option<readonly string[]> {
  return { ...row, isList: true, fallback: [], read: (given) => given };
}

/** A secret, which only its variable can give: every user of a machine can read its command lines. */
export function secretText(row: Row): Option<Secret | undefined> {
  return { ...row, isSecret: true, value: '<secret>', fallback: undefined, read: ([text = '']) => secret(text) };
}

/** A whole number. */
export function count<F extends number | undefined>(
  row: Row & { readonly fallback: F; readonly min: number; readonly max: number; readonly shown?: string },
): Option<number | F> {
  const { min, max, shown = row.fallback?.toString(), ...rest } = row;
  return {
    ...rest,
    value: '<count>',
    ...(shown === undefined ? {} : { shown }),
    read: ([text = '']) => {
      const number = Number(text);
      if (/^\d+$/.test(text) && number >= min && number <= max) return number;
      throw new WrongValue(`Use a whole number from ${min} to ${max}, such as ${row.fallback ?? min}.`);
    },
  };
}

/** A factor: by default any above 0, up to 1000. */
export function factor<F extends number | undefined>(
  row: Row & {
    readonly fallback: F;
    readonly shown?: string;
    readonly least?: number;
    readonly most?: number;
    readonly isZeroValid?: boolean;
  },
): Option<number | F> {
  const { least, most = 1_000, isZeroValid = false, shown = row.fallback?.toString(), ...rest } = row;
  const limits = least === undefined ? `greater than 0 and at most ${most}` : `from ${least} to ${most}`;
  return {
    ...rest,
    value: '<factor>',
    ...(shown === undefined ? {} : { shown }),
    read: ([text = '']) => {
      const number = Number(text);
      const isFactor = /^\d+(\.\d+)?$/.test(text);
      if (isFactor && number === 0 && isZeroValid) return number;
      if (isFactor && number > 0 && number >= (least ?? 0) && number <= most) return number;
      throw new WrongValue(`Use a number ${limits}, such as 10${isZeroValid ? ', or 0 for never' : ''}.`);
    },
  };
}

/** A duration, in ms. */
export function duration(row: Row & { readonly fallback: number; readonly shown: string }): Option<number> {
  return { ...row, value: '<duration>', read: ([text = '']) => readDuration(text) };
}

/** A period of minutes, hours or days, in ms; `0` for none. */
export function period(row: Row & { readonly fallback: number; readonly shown: string }): Option<number> {
  return { ...row, value: '<duration>', read: ([text = '']) => readPeriod(text) };
}

/** An amount with one of a few units, converted by the factor of the unit; 0 by default. */
export function amount(
  row: Row & {
    readonly value: string;
    readonly shown: string;
    readonly units: Readonly<Record<string, number>>;
    readonly most: number;
  },
): Option<number> {
  const { units, most, ...rest } = row;
  return {
    ...rest,
    fallback: 0,
    read: ([text = '']) => {
      const [, digits = '', unit = ''] = /^(\d+(?:\.\d+)?)([A-Za-z/]+)$/.exec(text) ?? [];
      const found = Math.round(Number(digits) * (Object.hasOwn(units, unit) ? (units[unit] ?? 0) : 0));
      if (found > 0 && found <= most) return found;
      throw new WrongValue(
        `Use a number with its unit (${Object.keys(units).join(' or ')}), such as 1${Object.keys(units).at(-1)}.`,
      );
    },
  };
}

/** One of a few words. */
export function choice<const C extends string>(
  row: Row & { readonly choices: readonly C[]; readonly fallback: NoInfer<C> },
): Option<C> {
  const { choices, ...rest } = row;
  return {
    ...rest,
    value: `<${choices.join('|')}>`,
    shown: row.fallback,
    read: ([text = '']) => {
      const found = choices.find((word) => word === text);
      if (found !== undefined) return found;
      throw new WrongValue(`Use ${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}.`);
    },
  };
}

function nonEmpty(text: string): string {
  if (text !== '') return text;
  throw new WrongValue('It is empty.');
}
