/** Numbers the documents of a page in the order in which we come to know them: the page's own clock may go back. */
export interface Documents {
  /** The number of the document that a report came from; undefined when a later document has taken its place. */
  heard(id: string): number | undefined;
  /**
   * Called when a question is put to the page; the returned function takes the id of the document that answered. The number
   * is undefined when another document has reported meanwhile: the answer speaks of one that may be gone.
   */
  ask(): (id: string) => number | undefined;
}

/** Documents that came before are remembered this far back: an older one can only be one that we know. */
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
        // It was taken for gone, and is the one that answers: a document can come back from the browser's cache.
        return asked === current ? next(id) : undefined;
      };
    },
  };
}
