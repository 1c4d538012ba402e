import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Version } from './flags.ts';

/**
 * A script that removes from a page the features that Lightpanda's engine lacks, except the `gifts` of a patched build.
 */
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

/** The source of the function that the page runs. */
const shape = readFileSync(join(import.meta.dirname, 'shape.js'), 'utf8')
  .trim()
  .replace(/;$/, '');
