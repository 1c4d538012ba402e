import { type Emitter, type LossOf, makeEmitter } from './emitter.ts';

/** A model of the page: its properties report their changes as the events `change:<name>` and `change`. */
export type Model<T extends object> = T &
  Emitter & {
    set(patch: Partial<T>): Model<T>;
    get<K extends keyof T>(name: K): T[K];
    unset(name: keyof T): Model<T>;
    readonly attributes: T;
    serialize(): T;
    toJSON(): T;
  };

/** Creates a model. Setting a property to its current value fires no event. */
export function makeModel<T extends object>(name: string, initial: T, isLost: LossOf): Model<T> {
  const attributes = { ...initial };
  const target = makeEmitter({}, name, isLost) as Model<T>;

  function assign(patch: Partial<T>): Model<T> {
    const changed: [string, unknown, unknown][] = [];
    for (const [key, value] of Object.entries(patch)) {
      const previous = attributes[key as keyof T];
      if (previous === value) continue;
      attributes[key as keyof T] = value as T[keyof T];
      changed.push([key, value, previous]);
    }
    for (const [key, value, previous] of changed) target.trigger(`change:${key}`, target, value, previous);
    if (changed.length > 0) target.trigger('change', target);
    return target;
  }

  for (const key of Object.keys(initial)) {
    Object.defineProperty(target, key, {
      get: () => attributes[key as keyof T],
      set: (value: T[keyof T]) => assign({ [key]: value } as Partial<T>),
      enumerable: true,
      configurable: true,
    });
  }
  const methods = {
    set(patch: Partial<T> | string, value?: unknown) {
      return assign(typeof patch === 'string' ? ({ [patch]: value } as Partial<T>) : patch);
    },
    get: (key: keyof T) => attributes[key],
    unset: (key: keyof T) => assign({ [key]: undefined } as Partial<T>),
    serialize: () => ({ ...attributes }),
    toJSON: () => ({ ...attributes }),
  };
  for (const [key, value] of Object.entries(methods)) Object.defineProperty(target, key, { value, writable: true });
  Object.defineProperty(target, 'attributes', { get: () => ({ ...attributes }) });
  return target;
}
