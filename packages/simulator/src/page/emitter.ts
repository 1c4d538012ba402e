/** A listener of an {@link Emitter}. */
export type Listener = (...values: never[]) => void;

/**
 * An emitter as in Backbone: `names` may hold several names, separated by spaces; listeners of `all` receive every
 * event.
 */
export interface Emitter {
  on(names: string, listener: Listener, self?: unknown): this;
  once(names: string, listener: Listener, self?: unknown): this;
  /**
   * Removes a listener. Without a listener, removes all listeners of the names; without names, removes all listeners.
   */
  off(names?: string | null, listener?: Listener | null, self?: unknown): this;
  trigger(names: string, ...values: unknown[]): this;
  listenTo(other: Emitter, names: string, listener: Listener): this;
  listenToOnce(other: Emitter, names: string, listener: Listener): this;
  stopListening(other?: Emitter, names?: string, listener?: Listener): this;
}

/** Returns whether the troubles suppress an event. */
export type LossOf = (emitter: string, event: string) => boolean;

interface Binding {
  readonly name: string;
  readonly listener: Listener;
  readonly self: unknown;
  readonly isOnce: boolean;
}

/** Adds the methods of an emitter to `target`. The trouble `lostEvents` refers to the emitter by `name`. */
export function makeEmitter<T extends object>(target: T, name: string, isLost: LossOf): T & Emitter {
  let bindings: readonly Binding[] = [];
  const heard = new Set<{ readonly other: Emitter; readonly names: string; readonly listener: Listener }>();

  function add(names: string, listener: Listener, self: unknown, isOnce: boolean): void {
    bindings = [...bindings, ...split(names).map((one) => ({ name: one, listener, self, isOnce }))];
  }

  function fire(event: string, values: unknown[]): void {
    if (isLost(name, event)) return;
    for (const binding of bindings) {
      const isAll = binding.name === 'all';
      if (!isAll && binding.name !== event) continue;
      if (binding.isOnce) bindings = bindings.filter((other) => other !== binding);
      const call = binding.listener as (...all: unknown[]) => void;
      try {
        call.apply(binding.self ?? target, isAll ? [event, ...values] : values);
      } catch (error) {
        // The error of one listener must not stop the others: it becomes an uncaught error of the page.
        setTimeout(() => {
          throw error;
        });
      }
    }
  }

  const methods: Emitter = {
    on(names, listener, self) {
      add(names, listener, self, false);
      return this;
    },
    once(names, listener, self) {
      add(names, listener, self, true);
      return this;
    },
    off(names, listener, self) {
      const wanted = names ? split(names) : undefined;
      bindings = bindings.filter(
        (binding) =>
          !(
            (wanted === undefined || wanted.includes(binding.name)) &&
            (listener == null || listener === binding.listener) &&
            (self === undefined || self === binding.self)
          ),
      );
      return this;
    },
    trigger(names, ...values) {
      for (const event of split(names)) fire(event, values);
      return this;
    },
    listenTo(other, names, listener) {
      heard.add({ other, names, listener });
      other.on(names, listener, this);
      return this;
    },
    listenToOnce(other, names, listener) {
      other.once(names, listener, this);
      return this;
    },
    stopListening(other, names, listener) {
      for (const one of heard) {
        if (other !== undefined && one.other !== other) continue;
        if (names !== undefined && one.names !== names) continue;
        if (listener !== undefined && one.listener !== listener) continue;
        one.other.off(one.names, one.listener);
        heard.delete(one);
      }
      return this;
    },
  };
  for (const [key, value] of Object.entries(methods)) {
    Object.defineProperty(target, key, { value, writable: true, configurable: true, enumerable: false });
  }
  return target as T & Emitter;
}

function split(names: string): readonly string[] {
  return names.split(/\s+/).filter((name) => name !== '');
}
