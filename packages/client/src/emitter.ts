/** Typed events. */
export interface Emitter<Events> {
  on<E extends keyof Events>(event: E, listener: (payload: Events[E]) => void): () => void;
  /** Whether the event has a listener. */
  has(event: keyof Events): boolean;
  emit<E extends keyof Events>(event: E, payload: Events[E]): void;
}

/**
 * Creates an emitter. A listener that throws stops neither the other listeners nor `emit`: `onThrown` gets the error.
 */
export function emitter<Events>(onThrown: (event: keyof Events, thrown: unknown) => void): Emitter<Events> {
  const listeners = new Map<keyof Events, Set<(payload: never) => void>>();
  return {
    on(event, listener) {
      const set = listeners.get(event) ?? new Set();
      listeners.set(event, set);
      // Each call of `on` subscribes once more, also with the same function.
      const own = (payload: never) => listener(payload);
      set.add(own);
      return () => set.delete(own);
    },
    has: (event) => (listeners.get(event)?.size ?? 0) > 0,
    emit(event, payload) {
      for (const listener of [...(listeners.get(event) ?? [])]) {
        try {
          // `on` adds a listener only under an event whose payload the listener takes.
          listener(payload as never);
        } catch (thrown) {
          onThrown(event, thrown);
        }
      }
    },
  };
}
