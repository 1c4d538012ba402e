import type { Finder } from './finder.js';
import { attempt, objectOf, type PageWindow, textOf } from './page-window.js';

/** Reads the build of the page, such as `2.3000.1048032155`. */
export interface Version {
  read(): string | undefined;
}

/** The elements that hold the document's data for its scripts. */
const data = 'script[data-sjs]';
/**
 * How many of those elements are searched at most. Documents of the real site name the build twice, in about 100 kB of
 * 600 kB.
 */
const most = 50;

/**
 * See {@link Version}. The document's data names the build before any script has run; the probe searches that data
 * once.
 */
export function watchVersion(page: PageWindow, finder: Finder): Version {
  let ofDocument: string | undefined;
  let isSearched = false;

  function search(): string | undefined {
    if (isSearched) return ofDocument;
    isSearched = page.document.readyState !== 'loading';
    const texts = attempt(() => Array.from(page.document.querySelectorAll(data)).slice(0, most)) ?? [];
    const revisions = texts.map(({ textContent }) => /"client_revision":(\d{6,12})\b/.exec(textContent ?? '')?.[1]);
    const revision = revisions.find((found) => found !== undefined);
    ofDocument = revision === undefined ? undefined : `2.3000.${revision}`;
    return ofDocument;
  }

  return {
    read() {
      for (const { place, values } of finder.every('version')) {
        if ('selector' in place) continue;
        const version = 'global' in place ? textOf(objectOf(values[0])?.VERSION) : textOf(values[0]);
        if (version !== undefined) return version;
      }
      return search();
    },
  };
}
