import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Version } from './flags.ts';

/** A script that takes from a page what Lightpanda's engine lacks. `gifts` are what a patched build has after all. */
export function engineSource(version: Version, gifts: readonly string[], workers: boolean): string {
  const settings = {
    isOld: version === 'aug',
    hasKeys: gifts.includes('keys'),
    hasLocks: gifts.includes('locks'),
    hasCaches: gifts.includes('caches'),
    hasWorkers: workers,
  };
  return `(${shape})(${JSON.stringify(settings)})`;
}

/** A function's source, as the page runs it. */
const shape = readFileSync(join(import.meta.dirname, 'shape.js'), 'utf8')
  .trim()
  .replace(/;$/, '');
