import type { Facts } from '../facts.js';
import type { Finder } from './finder.js';
import type { PageWindow } from './page-window.js';
import { marks } from './table.js';

/** Distinguishes WhatsApp's page from other pages. */
export interface Kind {
  read(): Pick<Facts, 'kind' | 'status'>;
}

/**
 * See {@link Kind}. `patience`: how long a loaded page may show no mark of WhatsApp before it counts as foreign, in ms.
 */
export function recognize(page: PageWindow, finder: Finder, patience: number): Kind {
  let isWhatsapp = false;
  let loadedAt: number | undefined;

  function kind(): Facts['kind'] {
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
