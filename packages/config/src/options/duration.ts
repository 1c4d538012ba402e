import { WrongValue } from './wrong-value.js';

/** Reads `20s`, `3m`, `1.5h`, `500ms`, in ms. Throws a WrongValue. */
export function readDuration(text: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? [];
  if (amount === undefined || unit === undefined) {
    throw new WrongValue('Use a number with its unit (ms, s, m or h), such as 20s or 3m.');
  }
  const ms = Math.round(Number(amount) * (units[unit] ?? Number.NaN));
  if (ms >= SHORTEST && ms <= LONGEST) return ms;
  throw new WrongValue('Use a duration from 100ms to 24h, such as 20s.');
}

/** Reads `7d`, `12h`, `90m`, or `0` for none, in ms. Throws a WrongValue. */
export function readPeriod(text: string): number {
  if (text === '0') return 0;
  const [, amount = '', unit = ''] = /^(\d+(?:\.\d+)?)([mhd])$/.exec(text) ?? [];
  const ms = Math.round(Number(amount) * (periods[unit] ?? Number.NaN));
  if (ms > 0 && ms <= LONGEST_PERIOD) return ms;
  throw new WrongValue('Use a number with its unit (m, h or d) of up to 366d, such as 7d, or 0 for none.');
}

const periods: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };
const LONGEST_PERIOD = 366 * 86_400_000;

const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
const SHORTEST = 100;
/** Far below the limit of a timer. */
const LONGEST = 86_400_000;
