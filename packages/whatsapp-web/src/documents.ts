/**
 * Numbers the documents of a page in the order in which the adapter learns of them. The page's clock cannot give that
 * order: it may be set back.
 */
export interface Documents {
  /**
   * Returns the number of the document that sent a report; undefined if a later document has replaced that document.
   */
  heard(id: string): number | undefined;
  /**
   * The caller calls `ask` before it asks the page a question. The returned function takes the id of the document that
   * answered, and returns its number. It returns undefined if another document has reported since the question, because
   * the answer may then come from a document that is gone.
   */
  ask(): (id: string) => number | undefined;
}

/**
 * How many documents the adapter remembers. A document that comes back after more than 32 others would count as new.
 */
const MEMORY = 32;

/** See {@link Documents}. */
export function countDocuments(): Documents {
  const known = new Map<string, number>();
  let current = 0;

  function next(id: string): number {
    known.delete(id);
    known.set(id, ++current);
    for (const oldest of known.keys()) {
      if (known.size <= MEMORY) break;
      known.delete(oldest);
    }
    return current;
  }

  return {
    heard(id) {
      const number = known.get(id);
      if (number === undefined) return next(id);
      return number === current ? number : undefined;
    },
    ask() {
      const asked = current;
      return (id) => {
        const number = known.get(id);
        if (number === undefined) return asked === current ? next(id) : undefined;
        if (number === current) return number;
        // A document that was replaced answers: the browser has brought it back from its cache.
        return asked === current ? next(id) : undefined;
      };
    },
  };
}
