import { type Op, UNRECORDED } from './operations.js';

/** Sends the changes of a document to the driver, and gets to know which of them are on the disk. Runs in the page. */
export interface Reporter {
  /**
   * Sends changes that belong together. `finish` returns the changes; it is called at once, or when all of `pending` have resolved. The
   * driver gets the groups in the order of the calls. `written` is called when the group is on the disk.
   */
  report(finish: () => readonly Op[], pending?: readonly Promise<void>[], written?: () => void): void;
  /** Calls `next` when the disk has all changes whose `written` is awaited so far. Returns false, and calls nothing, if it has them. */
  afterwards(next: () => void): boolean;
}

/** What a document needs to report. */
export interface Channel {
  readonly origin: string;
  /** Sends a text to the driver. */
  readonly send: (text: string) => void;
  /** The name of the function by which the driver says which groups are on the disk. */
  readonly acknowledge: string;
}

/** Opens the reporter of this document. */
export function openReporter({ origin, send, acknowledge }: Channel): Reporter {
  // The number of a group means nothing in another document.
  const document = Math.random().toString(36).slice(2);
  const waiting: { readonly number: number; readonly next: () => void }[] = [];
  let reported = 0;
  let written = 0;
  Object.defineProperty(globalThis, acknowledge, {
    value: (of: string, number: number) => {
      if (of !== document) return;
      written = number;
      while ((waiting[0]?.number ?? Number.POSITIVE_INFINITY) <= written) waiting.shift()?.next();
    },
  });
  const queue = inOrder((error) => send(`${UNRECORDED}${String(error)}`));
  return {
    report(finish, pending = [], next) {
      let number = '';
      if (next !== undefined) {
        reported += 1;
        number = `${document} ${reported} `;
        waiting.push({ number: reported, next });
      }
      queue(() => send(number + JSON.stringify({ origin, ops: finish() })), pending);
    },
    afterwards(next) {
      if (written === reported) return false;
      waiting.push({ number: reported, next });
      return true;
    },
  };
}

/** Does each work after the one before; at once, unless something is pending. `refuse` gets the error of a work that fails. */
function inOrder(refuse: (error: unknown) => void) {
  let last: Promise<void> | undefined;
  return (work: () => void, pending: readonly Promise<void>[]): void => {
    const attempt = () => {
      try {
        work();
      } catch (error) {
        refuse(error);
      }
    };
    if (last === undefined && pending.length === 0) {
      attempt();
      return;
    }
    const mine: Promise<void> = Promise.all([last, ...pending])
      .then(attempt, refuse)
      .then(() => {
        if (last === mine) last = undefined;
      });
    last = mine;
  };
}
