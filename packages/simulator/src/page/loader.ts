/** The exports object of a page module. */
export type Exports = Record<string, unknown>;

type Factory = (
  global: typeof globalThis,
  require: (id: string) => unknown,
  importDefault: (id: string) => unknown,
  importNamespace: (id: string) => unknown,
  requireLazy: RequireLazy,
  module: { exports: unknown },
  exports: Exports,
) => void;

type RequireLazy = (ids: readonly string[], callback: (...modules: unknown[]) => void) => void;

interface ModuleRecord {
  readonly id: string;
  readonly dependencies: readonly string[];
  readonly depPosition: number;
  factory: Factory | null;
  exports: unknown;
  /** What `importDefault` returns after the module has run; an empty object before that. */
  defaultExport: unknown;
  readonly refcount: number;
  readonly special: number;
}

/** Defines the page's modules. */
export interface Loader {
  /** Defines a module whose exports `make` returns when it is first required. */
  define(id: string, make: () => object): void;
}

/**
 * Installs the module system of the real page as globals: `__d`, `require`, `importNamespace` and others. Modules named
 * in `missing` are never defined.
 */
export function installLoader(missing: readonly string[]): Loader {
  const modulesMap: Record<string, ModuleRecord> = {};

  function d(id: string, dependencies: readonly string[], factory: Factory, special = 0): void {
    if (Object.hasOwn(modulesMap, id)) return;
    const depPosition = dependencies.length;
    const defaultExport = {};
    modulesMap[id] = { id, dependencies, depPosition, factory, exports: null, defaultExport, refcount: 1, special };
  }

  function load(id: string): unknown {
    const record = Object.hasOwn(modulesMap, id) ? modulesMap[id] : undefined;
    if (record === undefined) throw new Error(`Requiring unknown module "${id}".`);
    const { factory } = record;
    if (factory === null) return record.exports;
    const exports: Exports = {};
    const module: { exports: unknown } = { exports };
    // Set the exports before the factory runs, so that modules that require each other see the exports that exist so
    // far.
    record.exports = exports;
    record.factory = null;
    factory(globalThis, load, importDefault, importNamespace, requireLazy, module, exports);
    record.exports = module.exports;
    record.defaultExport = isEsModule(module.exports) ? module.exports.default : module.exports;
    return module.exports;
  }

  function importDefault(id: string): unknown {
    const exports = load(id);
    return isEsModule(exports) ? exports.default : exports;
  }

  function importNamespace(id: string): unknown {
    const exports = load(id);
    if (isEsModule(exports)) return exports;
    return typeof exports === 'object' && exports !== null ? { ...exports, default: exports } : { default: exports };
  }

  const requireLazy: RequireLazy = (ids, callback) => {
    const modules = ids.map((id) => load(id));
    queueMicrotask(() => callback(...modules));
  };

  const bootloader = { loadModules: requireLazy, __debug: { componentMap: {} } };
  d('__debug', [], (...[, , , , , module]) => {
    module.exports = { modulesMap, componentMap: {} };
  });
  d('Bootloader', [], (...[, , , , , module]) => {
    module.exports = bootloader;
  });
  const globals = {
    __d: d,
    require: load,
    importDefault,
    importNamespace,
    requireLazy,
    ErrorGuard: { skipGuardGlobal: () => undefined, applyWithGuard: applyWithGuard },
    babelHelpers: {},
  };
  Object.assign(globalThis, globals);

  return {
    define(id, make) {
      if (missing.includes(id)) return;
      d(id, [], (...[, , , , , module, exports]) => {
        const made = make();
        if (isEsModule(made)) module.exports = made;
        else Object.assign(exports, made);
      });
    },
  };
}

function isEsModule(exports: unknown): exports is Exports {
  return typeof exports === 'object' && exports !== null && '__esModule' in exports;
}

function applyWithGuard(task: (...values: unknown[]) => unknown, self: unknown, values: unknown[] = []): unknown {
  return task.apply(self, values);
}
