import type { Stats } from 'node:fs';

/** The permission bits of a file. */
export function modeOf(found: Stats): number {
  return found.mode & 0o777;
}

/** A mode as `chmod` takes it. */
export function octal(mode: number): string {
  return `0${mode.toString(8).padStart(3, '0')}`;
}
