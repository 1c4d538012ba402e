import { type Emitter, type LossOf, makeEmitter } from '../emitter.ts';

/** A class of models, known to clients by its prototype's name. */
export interface ModelClass {
  readonly prototype: object;
}

/** An empty collection of the page, as clients that only look at it need it. */
export interface Collection extends Emitter {
  readonly modelClass: ModelClass;
  readonly models: readonly object[];
  readonly length: number;
  get(id: unknown): undefined;
  find(id: unknown): Promise<undefined>;
  getModelsArray(): readonly object[];
  map<T>(each: (model: object) => T): readonly T[];
  filter(keep: (model: object) => boolean): readonly object[];
  forEach(each: (model: object) => void): void;
}

/** A model class whose prototype has the name by which clients find it. */
export function makeModelClass(name: string): ModelClass {
  const prototype = { proxyName: name.toLowerCase() };
  return Object.assign(() => undefined, { prototype });
}

/** A collection with nothing in it. */
export function makeCollection(name: string, modelClass: ModelClass, isLost: LossOf): Collection {
  const models: readonly object[] = [];
  return makeEmitter(
    {
      modelClass,
      models,
      length: 0,
      get: () => undefined,
      find: async () => undefined,
      getModelsArray: () => models,
      map: <T>(each: (model: object) => T) => models.map(each),
      filter: (keep: (model: object) => boolean) => models.filter(keep),
      forEach: (each: (model: object) => void) => {
        for (const model of models) each(model);
      },
    },
    name,
    isLost,
  );
}
