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

/** Writes ms as people read them in passing: `17 s`, `3 min`, `1.4 s`. */
export function shortDuration(ms: number): string {
  if (ms < 10_000) return `${(Math.max(ms, 0) / 1_000).toFixed(1)} s`;
  if (ms < 120_000) return `${Math.round(ms / 1_000)} s`;
  return `${Math.round(ms / 60_000)} min`;
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
const SHORTEST = 100;
/** Far below what a timer can hold. */
const LONGEST = 86_400_000;
