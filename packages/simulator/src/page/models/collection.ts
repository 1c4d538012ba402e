import { type Emitter, type LossOf, makeEmitter } from '../emitter.ts';

/** A class of models. Clients find it by the name in its prototype. */
export interface ModelClass {
  readonly prototype: object;
}

/** A collection of the page, with the members that clients read. */
export interface Collection extends Emitter {
  readonly modelClass: ModelClass;
  readonly models: readonly object[];
  readonly length: number;
  get(id: unknown): object | undefined;
  find(id: unknown): Promise<object | undefined>;
  getModelsArray(): readonly object[];
  map<T>(each: (model: object) => T): readonly T[];
  filter(keep: (model: object) => boolean): readonly object[];
  forEach(each: (model: object) => void): void;
}

/** Creates a model class whose prototype has the name by which clients find it. */
export function makeModelClass(name: string): ModelClass {
  const prototype = { proxyName: name.toLowerCase() };
  return Object.assign(() => undefined, { prototype });
}

/** Creates a collection of the models that `list` returns. */
export function makeCollection(
  name: string,
  modelClass: ModelClass,
  isLost: LossOf,
  list: () => readonly object[] = () => [],
): Collection {
  const byId = (id: unknown) => list().find((model) => 'id' in model && String(model.id) === String(id));
  return makeEmitter(
    {
      modelClass,
      get models() {
        return list();
      },
      get length() {
        return list().length;
      },
      get: byId,
      find: async (id: unknown) => byId(id),
      getModelsArray: list,
      map: <T>(each: (model: object) => T) => list().map(each),
      filter: (keep: (model: object) => boolean) => list().filter(keep),
      forEach: (each: (model: object) => void) => {
        for (const model of list()) each(model);
      },
    },
    name,
    isLost,
  );
}
