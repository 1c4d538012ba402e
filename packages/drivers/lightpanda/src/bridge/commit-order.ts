/** Puts the commits of a document and of its workers in the order in which the browser made them. */
export interface CommitOrder {
  /** Takes a commit that this document, or this worker, has made just now. `print` is called at once, or when all of `pending` have resolved. */
  add(print: () => string, pending?: readonly Promise<void>[]): void;
  /** Waits from now on for the commits of a worker. `ask` makes the worker answer with this time, after all that it has committed. */
  follow(ask: (at: number) => void): Followed;
}

/** A worker whose commits belong between those of its document. */
export interface Followed {
  /** The worker committed this at `at`. */
  took(at: number, text: string): void;
  /** The worker has reported everything that it committed before `at`. */
  reached(at: number): void;
  /** The worker commits nothing more. */
  end(): void;
}

interface Group {
  readonly at: number;
  /** Absent while its content is still being read. */
  text?: string;
}

/**
 * Sends each commit once all earlier ones are sent. A document sends its own at once, unless the content of an earlier one is still being
 * read, or a worker has not yet said that it has no earlier one: Lightpanda delivers a worker's message up to ten transactions of the page
 * late. Times are those at which the browser told of the commit, in ms; documents and workers share one clock, unless
 * it was set between their beginnings: then commits of different scripts may change places. A commit whose content cannot
 * be read is not sent: `refuse` gets the error. Runs in the page.
 */
export function openOrder(send: (text: string, at: number) => void, refuse: (error: unknown) => void): CommitOrder {
  const waiting: Group[] = [];
  const workers = new Set<{ reached: number; isAsked: boolean; readonly ask: (at: number) => void }>();
  const flush = () => {
    for (let head = waiting[0]; head?.text !== undefined; head = waiting[0]) {
      const { at, text } = head;
      const late = [...workers].filter(({ reached }) => reached < at);
      for (const worker of late) {
        if (!worker.isAsked) worker.ask(at);
        worker.isAsked = true;
      }
      if (late.length > 0) return;
      waiting.shift();
      send(text, at);
    }
  };
  const insert = (group: Group) => {
    const later = waiting.findIndex(({ at }) => at > group.at);
    waiting.splice(later === -1 ? waiting.length : later, 0, group);
  };
  const drop = (group: Group, error: unknown) => {
    waiting.splice(waiting.indexOf(group), 1);
    refuse(error);
    flush();
  };
  return {
    add(print, pending = []) {
      const group: Group = { at: present() };
      insert(group);
      const complete = () => {
        try {
          group.text = print();
        } catch (error) {
          return drop(group, error);
        }
        flush();
      };
      if (pending.length === 0) complete();
      else void Promise.all(pending).then(complete, (error: unknown) => drop(group, error));
    },
    follow(ask) {
      const worker = { reached: 0, isAsked: false, ask };
      workers.add(worker);
      const reached = (at: number) => {
        worker.reached = Math.max(worker.reached, at);
        worker.isAsked = false;
        flush();
      };
      return {
        reached,
        took(at, text) {
          insert({ at, text });
          reached(at);
        },
        end() {
          workers.delete(worker);
          flush();
        },
      };
    },
  };
}

/** Captured before a page can replace it. */
const { timeOrigin } = performance;
const now = performance.now.bind(performance);

function present(): number {
  return timeOrigin + now();
}
