import type { Finder } from './finder.js';
import { objectOf, textOf } from './page-window.js';

/** The build of the page, such as `2.3000.1048032155`. */
export function readVersion(finder: Finder): string | undefined {
  for (const { place, values } of finder.every('version')) {
    const version = 'global' in place ? textOf(objectOf(values[0])?.VERSION) : textOf(values[0]);
    if (version !== undefined) return version;
  }
  return undefined;
}
