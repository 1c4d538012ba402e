import type { CommitOrder } from './commit-order.js';
import type { Op } from './operations.js';

/** Sends the changes of a document to the driver, and gets to know which of them are on the disk. Runs in the page. */
export interface Reporter {
  /**
   * Sends changes that belong together. `finish` returns the changes; it is called at once, or when all of `pending` have resolved. The
   * driver gets the groups in the order of the calls. `written` is called when the group is on the disk.
   */
  report(finish: () => readonly Op[], pending?: readonly Promise<void>[], written?: () => void): void;
  /** Calls `next` when the disk has all changes whose `written` is awaited so far. Returns false, and calls nothing, if it has them. */
  afterwards(next: () => void): boolean;
  /** The driver has the group `number`, and those before it, on the disk. `of` names the document or worker that counts. */
  written(of: string, number: number): void;
}

/** Opens the reporter of this document, or of this worker. */
export function openReporter(origin: string, order: CommitOrder): Reporter {
  // The number of a group means nothing in another document.
  const document = Math.random().toString(36).slice(2);
  const waiting: { readonly number: number; readonly next: () => void }[] = [];
  let reported = 0;
  let written = 0;
  return {
    report(finish, pending = [], next) {
      let number = '';
      if (next !== undefined) {
        reported += 1;
        number = `${document} ${reported} `;
        waiting.push({ number: reported, next });
      }
      order.add(() => number + JSON.stringify({ origin, ops: finish() }), pending);
    },
    afterwards(next) {
      if (written === reported) return false;
      waiting.push({ number: reported, next });
      return true;
    },
    written(of, number) {
      if (of !== document) return;
      written = number;
      while ((waiting[0]?.number ?? Number.POSITIVE_INFINITY) <= written) waiting.shift()?.next();
    },
  };
}
