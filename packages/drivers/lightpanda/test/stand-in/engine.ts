import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isSince, type Version } from './versions.ts';

/** What a page has besides the parts that every page of its version has. */
export interface EngineOptions {
  readonly storesKeys: boolean;
  /** The experimental features of the command line. */
  readonly features: readonly string[];
  readonly workers: boolean;
}

/** A script that removes from a page the features that Lightpanda's engine lacks. */
export function engineSource(version: Version, { storesKeys, features, workers }: EngineOptions): string {
  const settings = {
    isSecure: isSince(version, '1.0.0'),
    hasTimerErrors: isSince(version, '1.0.2'),
    hasCompression: isSince(version, '1.0.2'),
    storesKeys,
    hasLocks: isSince(version, '1.0.2'),
    hasCaches: features.includes('serviceworker'),
    hasWorkers: workers,
  };
  return `(${shape})(${JSON.stringify(settings)})`;
}

/** The source of the function that the page runs. */
const shape = readFileSync(join(import.meta.dirname, 'shape.js'), 'utf8')
  .trim()
  .replace(/;$/, '');
