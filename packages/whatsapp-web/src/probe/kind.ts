import type { Facts } from '../facts.js';
import type { Finder } from './finder.js';
import { refusesBrowser } from './gate.js';
import type { PageWindow } from './page-window.js';
import { marks } from './table.js';

/** Distinguishes WhatsApp's page from other pages. */
export interface Kind {
  read(): Pick<Facts, 'kind' | 'status'>;
}

/**
 * See {@link Kind}. `patience`: how long a loaded page may show no mark of WhatsApp before it counts as foreign, in ms.
 * `isTaken`: whether the page shows that it takes this browser, so that its texts, such as messages, refuse nothing.
 */
export function recognize(page: PageWindow, finder: Finder, patience: number, isTaken: () => boolean): Kind {
  let isWhatsapp = false;
  let loadedAt: number | undefined;

  function kind(): Facts['kind'] {
    if (!isTaken() && refusesBrowser(page)) return 'refusing';
    isWhatsapp ||= marks.some((mark) => finder.has(mark));
    if (isWhatsapp) return 'whatsapp';
    if (page.document.readyState === 'complete') loadedAt ??= performance.now();
    return loadedAt !== undefined && performance.now() - loadedAt >= patience ? 'foreign' : 'loading';
  }

  return { read: () => ({ kind: kind(), status: httpStatus(page) }) };
}

function httpStatus(page: PageWindow): number {
  const [entry] = page.performance.getEntriesByType('navigation');
  return (entry as PerformanceNavigationTiming | undefined)?.responseStatus ?? 0;
}
