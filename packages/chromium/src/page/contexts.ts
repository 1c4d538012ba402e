import type { Session } from '../session.js';

/** The main world of the main frame's document, which changes with each document. */
export interface Contexts {
  /** Resolves with the id of the current world, or of the next one if there is none now. */
  current(over: AbortSignal): Promise<string>;
  /** Calls `listener` once when the world `id` is gone; returns a function that stops waiting. */
  whenGone(id: string, listener: () => void): () => void;
  /** Returns the id of the current world if it has this number in the protocol's events; undefined otherwise. */
  ofMain(number: number): string | undefined;
}

/** Starts to follow the worlds. Call `Runtime.enable` after it. */
export function followContexts(session: Session, mainFrame: string): Contexts {
  const farewells = new Map<() => void, string>();
  const arrivals = new Set<(id: string) => void>();
  let main: { readonly id: string; readonly number: number } | undefined;

  const leave = () => {
    if (main === undefined) return;
    const { id } = main;
    main = undefined;
    for (const [listener, of] of [...farewells]) {
      if (of !== id) continue;
      farewells.delete(listener);
      listener();
    }
  };
  session.on('Runtime.executionContextCreated', ({ context }) => {
    if (context.auxData?.isDefault !== true || context.auxData.frameId !== mainFrame) return;
    leave();
    main = { id: context.uniqueId, number: context.id };
    for (const listener of [...arrivals]) listener(context.uniqueId);
    arrivals.clear();
  });
  session.on('Runtime.executionContextDestroyed', ({ executionContextUniqueId }) => {
    if (executionContextUniqueId === main?.id) leave();
  });
  session.on('Runtime.executionContextsCleared', leave);

  return {
    current(over) {
      if (main !== undefined) return Promise.resolve(main.id);
      return new Promise((resolve) => {
        arrivals.add(resolve);
        over.addEventListener('abort', () => arrivals.delete(resolve), { once: true });
      });
    },
    whenGone(id, listener) {
      if (main?.id === id) farewells.set(listener, id);
      else listener();
      return () => farewells.delete(listener);
    },
    ofMain: (number) => (main?.number === number ? main.id : undefined),
  };
}
