import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isSince, type Version } from './versions.ts';

/** What a page of this build has besides the parts that every build has. */
export interface EngineOptions {
  /** The parts that a build of somebody's own adds. */
  readonly gifts: readonly string[];
  /** The experimental features of the command line. */
  readonly features: readonly string[];
  readonly workers: boolean;
}

/** A script that removes from a page the features that Lightpanda's engine lacks. */
export function engineSource(version: Version, { gifts, features, workers }: EngineOptions): string {
  const settings = {
    isSecure: isSince(version, '1.0.0'),
    hasTimerErrors: isSince(version, '1.0.2'),
    hasCompression: isSince(version, '1.0.2'),
    hasKeys: gifts.includes('keys'),
    hasLocks: gifts.includes('locks') || isSince(version, '1.0.2'),
    hasCaches: gifts.includes('caches') || features.includes('serviceworker'),
    hasWorkers: workers,
  };
  return `(${shape})(${JSON.stringify(settings)})`;
}

/** The source of the function that the page runs. */
const shape = readFileSync(join(import.meta.dirname, 'shape.js'), 'utf8')
  .trim()
  .replace(/;$/, '');
